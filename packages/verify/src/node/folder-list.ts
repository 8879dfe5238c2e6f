import type { BigIntStats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { PathCollisions, pathFault } from '../archive/member-path.ts';
import { MAX_MEMBERS } from '../archive/zip-end.ts';
import { compareText } from '../bytes.ts';
import { type ErrorCode, FiliationError } from '../error.ts';
import { quoted } from '../quoted.ts';
import type { BundleMember } from '../source.ts';
import { readFault } from './read-fault.ts';

/** What tells a file from another that was put in its place, or from itself after a change. */
export interface FileState {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  /** Nanoseconds. */
  readonly modified: bigint;
  readonly changed: bigint;
}

export interface ListedFile extends BundleMember {
  readonly state: FileState;
}

/** Whether the file or folder of this path is not looked at. */
export type LeaveOut = (path: string) => boolean;

/**
 * All files below a folder, by path. Links are not followed: a bundle holds regular files and the
 * folders above them, nothing else.
 * @throws FiliationError NOT_FOUND, UNREADABLE, UNSAFE (paths, links, devices), LIMIT_EXCEEDED
 */
export async function listFolder(root: string, leaveOut: LeaveOut): Promise<readonly ListedFile[]> {
  const files: ListedFile[] = [];
  try {
    await collect(root, '', leaveOut, files);
  } catch (cause) {
    throw readFault(root, cause);
  }
  files.sort((left, right) => compareText(left.path, right.path));
  const collisions = new PathCollisions();
  for (const { path } of files) {
    const other = collisions.add(path);
    if (other !== undefined) throw refuse('UNSAFE', root, path, `falls together with ${quoted(other)}`);
  }
  return files;
}

async function collect(root: string, prefix: string, leaveOut: LeaveOut, files: ListedFile[]): Promise<void> {
  for await (const entry of await opendir(join(root, prefix))) {
    const path = prefix + entry.name;
    if (leaveOut(path)) continue;
    // Names that are not UTF-8 arrive with replacement characters.
    const fault = path.includes('\ufffd') ? 'is not UTF-8' : pathFault(path);
    if (fault !== undefined) throw refuse('UNSAFE', root, path, fault);
    const facts = await lstat(join(root, path), { bigint: true });
    if (facts.isDirectory()) await collect(root, `${path}/`, leaveOut, files);
    else if (facts.isFile()) files.push({ path, size: Number(facts.size), state: stateOf(facts) });
    else throw refuse('UNSAFE', root, path, facts.isSymbolicLink() ? 'is a symbolic link' : 'is not a file');
    if (files.length > MAX_MEMBERS)
      throw refuse('LIMIT_EXCEEDED', root, path, `is one more than the ${MAX_MEMBERS} files that are read`);
  }
}

export function stateOf(facts: BigIntStats): FileState {
  return {
    device: facts.dev,
    inode: facts.ino,
    size: facts.size,
    modified: facts.mtimeNs,
    changed: facts.ctimeNs,
  };
}

function refuse(code: ErrorCode, root: string, path: string, fault: string): FiliationError {
  return new FiliationError(code, `${root}: ${quoted(path)} ${fault}`, {
    where: path,
    hint: 'Unpack the bundle again into an empty folder, or check the archive itself.',
  });
}
