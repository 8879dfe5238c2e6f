import type { BundleSource } from '@filiation/verify';
import type { SealMember } from './archive-writer.ts';

/** A small file that is made when the bundle is. */
export function memberOf(path: string, bytes: Uint8Array): SealMember {
  return {
    path,
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

/**
 * Files of a folder or another bundle, below another path (`data/`); those that `keep` refuses are left
 * out. Nothing is read before the archive is written.
 */
export function membersOf(
  source: BundleSource,
  below: string,
  keep: (path: string) => boolean = () => true,
): readonly SealMember[] {
  return source.members
    .filter(({ path }) => keep(path))
    .map(({ path, size }) => ({ path: below + path, size, open: () => source.stream(path) }));
}
