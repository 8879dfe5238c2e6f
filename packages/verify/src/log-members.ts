import { FiliationError } from './error.ts';
import type { BundleMember } from './source.ts';
import { parseTilePath, TILE_WIDTH, type Tile, tilePath, tileWidth } from './tiles.ts';

/** Which files of a bundle belong to a log, by what they are. Paths are below the prefix. */
export class LogMembers {
  /** Sizes of the archived checkpoints, ascending. */
  readonly archived: readonly number[];
  /** Widths at hand of each tile, by the path of the full one. */
  private readonly widths = new Map<string, number[]>();
  private readonly tiles: Tile[] = [];
  private readonly others: string[] = [];

  constructor(members: readonly BundleMember[], prefix: string) {
    const archived: number[] = [];
    for (const { path: whole } of members) {
      if (!whole.startsWith(prefix)) continue;
      const path = whole.slice(prefix.length);
      const size = /^checkpoints\/(0|[1-9][0-9]{0,15})$/.exec(path)?.[1];
      const tile = path.startsWith('tile/') ? tileOf(path) : undefined;
      if (tile !== undefined) this.addTile(tile);
      else if (size !== undefined && Number.isSafeInteger(Number(size))) archived.push(Number(size));
      else if (path !== 'checkpoint' && !path.startsWith('timestamps/')) this.others.push(path);
    }
    this.archived = archived.sort((p, q) => p - q);
  }

  private addTile(tile: Tile): void {
    this.tiles.push(tile);
    const key = tilePath({ ...tile, width: TILE_WIDTH });
    const widths = this.widths.get(key);
    if (widths === undefined) this.widths.set(key, [tile.width]);
    else widths.push(tile.width);
  }

  /** The tile of this width or, where it has been replaced, the full one. */
  pathOf(
    level: Tile['level'],
    index: number,
    width: number,
  ): { readonly path: string; readonly width: number } | undefined {
    const widths = this.widths.get(tilePath({ level, index, width: TILE_WIDTH })) ?? [];
    const best = widths.includes(width) ? width : widths.includes(TILE_WIDTH) ? TILE_WIDTH : undefined;
    return best === undefined ? undefined : { path: tilePath({ level, index, width: best }), width: best };
  }

  /** Widths of the older, narrower tiles that stand beside the one of this width. */
  narrower(level: Tile['level'], index: number, width: number): readonly number[] {
    const widths = this.widths.get(tilePath({ level, index, width: TILE_WIDTH })) ?? [];
    return widths.filter((other) => other < width);
  }

  /** Files that a log of `size` entries does not have, sorted as the bundle is. */
  strangers(size: number): readonly string[] {
    const beyond = this.tiles.filter(({ level, index, width }) => width > tileWidth(level, index, size));
    return [...this.others, ...beyond.map(tilePath)].sort();
  }
}

function tileOf(path: string): Tile | undefined {
  try {
    return parseTilePath(path);
  } catch (error) {
    if (error instanceof FiliationError) return undefined;
    throw error;
  }
}
