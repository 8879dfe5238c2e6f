import {
  encodeEntryBundle,
  type Hasher,
  type HashTile,
  leafHash,
  TILE_WIDTH,
  type TileBuilder,
  tilePath,
} from '@filiation/verify';

/** The right edge of a log: all that is needed to append to it. */
export interface LogEdge {
  readonly tree: TileBuilder;
  /** Entries of the rightmost bundle, which is not yet full. */
  readonly bundle: readonly Uint8Array[];
}

export interface PlannedFile {
  /** Below the log's folder. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface AppendPlan {
  readonly edge: LogEdge;
  /** Every bundle and tile that the larger log holds and the smaller one did not. */
  readonly files: readonly PlannedFile[];
  /** Folders of partial tiles that stand aside for a full one once the append is committed. */
  readonly superseded: readonly string[];
}

/** What an append writes: a pure function of the right edge and the entries. */
export function planAppend(hasher: Hasher, edge: LogEdge, entries: readonly Uint8Array[]): AppendPlan {
  const tree = edge.tree.copy();
  const files: PlannedFile[] = [];
  const full: HashTile[] = [];
  let bundle = [...edge.bundle];
  for (const entry of entries) {
    const index = Math.floor(tree.size / TILE_WIDTH);
    tree.append(leafHash(hasher, entry), (tile) => full.push(tile));
    bundle.push(entry);
    if (bundle.length < TILE_WIDTH) continue;
    files.push(bundleFile(index, bundle));
    bundle = [];
  }
  if (bundle.length > 0 && entries.length > 0)
    files.push(bundleFile(Math.floor(tree.size / TILE_WIDTH), bundle));
  const old = edge.tree.partialTiles();
  const grown = tree.partialTiles().filter((tile) => !old.some((before) => sameTile(tile, before)));
  for (const tile of [...full, ...grown]) files.push({ path: tilePath(tile), bytes: tile.bytes });
  return { edge: { tree, bundle }, files, superseded: supersededFolders(edge, old, full) };
}

function bundleFile(index: number, entries: readonly Uint8Array[]): PlannedFile {
  const path = tilePath({ level: 'entries', index, width: entries.length });
  return { path, bytes: encodeEntryBundle(entries) };
}

function sameTile(p: HashTile, q: HashTile): boolean {
  return p.level === q.level && p.index === q.index && p.width === q.width;
}

function supersededFolders(edge: LogEdge, old: readonly HashTile[], full: readonly HashTile[]): string[] {
  const filled = old.filter(({ level, index }) =>
    full.some((tile) => tile.level === level && tile.index === index),
  );
  const folders = filled.map(({ level, index }) => partialFolder(level, index));
  const [leaves] = filled;
  if (leaves?.level === 0 && edge.bundle.length > 0) folders.unshift(partialFolder('entries', leaves.index));
  return folders;
}

/** Folder of the partial tiles that a full one replaces. */
export function partialFolder(level: number | 'entries', index: number): string {
  return `${tilePath({ level, index, width: TILE_WIDTH })}.p`;
}
