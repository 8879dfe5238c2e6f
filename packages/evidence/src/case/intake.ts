import { constants } from 'node:fs';
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FiliationError } from '@filiation/verify';
import { fileError } from '../io/file-error.ts';
import {
  type DigestProgress,
  listModelFiles,
  type ModelFile,
  type TreeDigest,
  treeDigest,
} from '../io/tree-digest.ts';
import { makeFolder, systemReason } from '../io/write-file.ts';

export interface Intake {
  readonly tree: TreeDigest;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly size: number;
  readonly files: number;
  readonly name: string;
}

/** Digests what is handed in: a file, or all files below a folder but hidden ones. Streamed. */
export async function digestExhibit(path: string, progress?: DigestProgress): Promise<Intake> {
  return intakeOf(path, await listModelFiles(path), progress);
}

async function intakeOf(
  path: string,
  files: readonly ModelFile[],
  progress?: DigestProgress,
): Promise<Intake> {
  if (files.length === 0)
    throw new FiliationError('NOT_FOUND', `${path} holds no files`, {
      where: path,
      hint: 'name a file or a folder with files',
    });
  const tree = await treeDigest(files, progress);
  return {
    tree,
    sha256: tree.digest.slice('sha256:'.length),
    size: files.reduce((sum, file) => sum + file.size, 0),
    files: files.length,
    name: basename(path),
  };
}

/**
 * Takes a copy into `exhibits/SHA256/`: under a temporary name first, digested again from the copy, then
 * moved into place, so that the case never holds half an exhibit or other bytes than were registered.
 * @throws FiliationError WRITE_FAILED, UNREADABLE where the source changed meanwhile
 */
export async function copyExhibit(caseFolder: string, path: string, intake: Intake): Promise<void> {
  const target = join(caseFolder, 'exhibits', intake.sha256);
  const temporary = join(caseFolder, 'exhibits', `.${intake.sha256}.tmp`);
  try {
    await rm(temporary, { recursive: true, force: true });
    for (const file of await listModelFiles(path)) {
      const copy = join(temporary, file.name);
      await makeFolder(dirname(copy));
      await copyFile(file.path, copy, constants.COPYFILE_EXCL);
      const handle = await open(copy, 'r');
      await handle.sync().finally(() => handle.close());
    }
    const again = await digestExhibit(temporary);
    if (again.sha256 !== intake.sha256)
      throw new FiliationError('UNREADABLE', `${path} changed while it was taken in`, {
        where: path,
        hint: 'wait until nothing writes to it, then add it again',
      });
    await mkdir(dirname(target), { recursive: false }).catch(() => undefined);
    await rename(temporary, target).catch(async (cause: unknown) => {
      // The same bytes are there already, from another exhibit or an interrupted intake.
      const held = await digestExhibit(target).catch(() => undefined);
      if (held?.sha256 !== intake.sha256) throw cause;
    });
  } catch (cause) {
    if (cause instanceof FiliationError) throw cause;
    const reading = fileError(path, cause);
    if (reading.code === 'NOT_FOUND') throw reading;
    throw new FiliationError('WRITE_FAILED', `cannot take ${path} into the case: ${systemReason(cause)}`, {
      where: target,
      hint: 'free space and check permissions, or add it with --reference',
      cause,
    });
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}
