import { PathCollisions, pathFault } from '../archive/member-path.ts';
import { memberAt, PIECE_BYTES, readWhole } from '../archive/member-read.ts';
import { MAX_MEMBERS } from '../archive/zip-end.ts';
import { compareText } from '../bytes.ts';
import { type ErrorCode, FiliationError } from '../error.ts';
import { quoted } from '../quoted.ts';
import type { BundleMember, BundleSource } from '../source.ts';
import { blobAccess, type SliceableBlob } from './blob-access.ts';

/** A file of a dropped or chosen folder. */
export interface DroppedFile {
  /** With the folder's own name in front, as `webkitRelativePath` has it. */
  readonly path: string;
  readonly blob: SliceableBlob;
}

interface DroppedMember extends BundleMember {
  readonly blob: SliceableBlob;
}

/**
 * An unpacked bundle, as a page gets it.
 * @throws FiliationError UNSAFE (paths), USAGE (not one folder), LIMIT_EXCEEDED
 */
export function droppedFolderSource(files: readonly DroppedFile[]): BundleSource {
  const folder = files[0]?.path.split('/', 1)[0] ?? '';
  if (folder === '') throw refuse('USAGE', 'the drop', '', 'is not a folder with files');
  if (files.length > MAX_MEMBERS)
    throw refuse('LIMIT_EXCEEDED', folder, '', `has more than the ${MAX_MEMBERS} files that are read`);
  const members: DroppedMember[] = [];
  const collisions = new PathCollisions();
  for (const { path: whole, blob } of files) {
    if (!whole.startsWith(`${folder}/`)) throw refuse('USAGE', folder, whole, 'lies in another folder');
    const path = whole.slice(folder.length + 1);
    const fault = pathFault(path);
    if (fault !== undefined) throw refuse('UNSAFE', folder, path, fault);
    const other = collisions.add(path);
    if (other !== undefined) throw refuse('UNSAFE', folder, path, `falls together with ${quoted(other)}`);
    members.push({ path, size: blob.size, blob });
  }
  members.sort((left, right) => compareText(left.path, right.path));
  const byPath = new Map(members.map((member) => [member.path, member]));

  async function* stream(path: string): AsyncIterable<Uint8Array> {
    const { size, blob } = memberAt(folder, byPath, path);
    const access = blobAccess(blob, path);
    for (let at = 0; at < size; ) {
      const length = Math.min(PIECE_BYTES, size - at);
      const piece = await access.read(at, length);
      if (piece.length !== length) throw refuse('TRUNCATED', folder, path, 'ends too early');
      at += length;
      yield piece;
    }
  }
  return {
    name: folder,
    members,
    has: (path) => byPath.has(path),
    read: async (path, limit) => readWhole(folder, memberAt(folder, byPath, path), limit, stream(path)),
    stream,
    close: () => Promise.resolve(),
  };
}

function refuse(code: ErrorCode, folder: string, path: string, fault: string): FiliationError {
  const what = path === '' ? '' : `${quoted(path)} `;
  return new FiliationError(code, `${folder}: ${what}${fault}`, {
    where: path === '' ? folder : path,
    hint: 'Drop the sealed archive itself, or the one folder it was unpacked to.',
  });
}
