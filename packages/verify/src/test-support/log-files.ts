import { formatCheckpoint } from '../checkpoint.ts';
import { encodeEntryBundle } from '../entry-bundle.ts';
import { FiliationError } from '../error.ts';
import { leafHash } from '../merkle.ts';
import { nodePlatform } from '../node/platform.ts';
import { noteBytes } from '../note.ts';
import type { BundleSource } from '../source.ts';
import { type HashTile, TileBuilder } from '../tile-builder.ts';
import { TILE_WIDTH, tilePath } from '../tiles.ts';
import type { NoteSigner } from './note-signer.ts';

/** The files of a log of these entries, with the checkpoints of some sizes archived. */
export function logFiles(
  entries: readonly Uint8Array[],
  signer: NoteSigner,
  archived: readonly number[] = [],
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const tree = TileBuilder.empty(nodePlatform);
  const keep = ({ level, index, width, bytes }: HashTile): void =>
    void files.set(tilePath({ level, index, width }), bytes);
  const sign = (): Uint8Array => {
    const text = formatCheckpoint({
      origin: signer.key.name,
      size: tree.size,
      root: tree.root(),
      extensions: [],
    });
    return noteBytes({ text, signatures: [signer.sign(text)] });
  };
  for (const entry of entries) {
    if (archived.includes(tree.size)) files.set(`checkpoints/${tree.size}`, sign());
    tree.append(leafHash(nodePlatform, entry), keep);
  }
  for (const tile of tree.partialTiles()) keep(tile);
  for (let index = 0; index * TILE_WIDTH < entries.length; index++) {
    const bundle = entries.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
    files.set(tilePath({ level: 'entries', index, width: bundle.length }), encodeEntryBundle(bundle));
  }
  files.set('checkpoint', sign());
  return files;
}

/** Files in memory as a source. */
export function memorySource(files: ReadonlyMap<string, Uint8Array>): BundleSource {
  const read = (path: string, limit: number): Promise<Uint8Array> => {
    const bytes = files.get(path);
    if (bytes === undefined) return Promise.reject(new FiliationError('NOT_FOUND', `no ${path}`));
    if (bytes.length > limit)
      return Promise.reject(new FiliationError('LIMIT_EXCEEDED', `${path} is too long`));
    return Promise.resolve(bytes);
  };
  return {
    name: 'memory',
    members: [...files].map(([path, bytes]) => ({ path, size: bytes.length })),
    has: (path) => files.has(path),
    read,
    async *stream(path) {
      yield await read(path, Number.POSITIVE_INFINITY);
    },
    close: () => Promise.resolve(),
  };
}
