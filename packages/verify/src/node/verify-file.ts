import { basename } from 'node:path';
import { refuseBadReaderFiles } from '../case/reader-files.ts';
import { isOfTheBytes, unreadableReport } from '../case/unreadable.ts';
import { type BundleVerification, verifyBundle } from '../case/verify-bundle.ts';
import { FiliationError } from '../error.ts';
import { MAX_NOTE_BYTES } from '../note.ts';
import type { BundleSource } from '../source.ts';
import { MAX_POLICY_BYTES } from '../tlog-policy.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readPemCertificates } from '../x509/pem.ts';
import { fileAccess } from './file-access.ts';
import { openBundleSource } from './open-bundle.ts';
import { nodePlatform } from './platform.ts';

/** Roots of one time authority. */
const MAX_ROOTS_BYTES = 2 ** 20;

/** What a reader brings along, as files. */
export interface ReaderFiles {
  /** Own tlog-policy. */
  readonly policy?: string;
  /** Checkpoints kept from earlier. */
  readonly seen?: readonly string[];
  /** Further such checkpoints, already read: signed notes. */
  readonly notes?: readonly Uint8Array[];
  /** `NAME=PEM`: roots of time authorities that are trusted, instead of those in the bundle. */
  readonly timeRoots?: readonly string[];
}

export type VerifyProgress = (step: string, done: number, total: number) => void;

/**
 * Verifies a bundle by its path: the archive, or the folder it was unpacked to. A bundle whose bytes cannot
 * be read as one is a failed verification, not an error.
 * @throws FiliationError NOT_FOUND, UNREADABLE, USAGE; MALFORMED, LIMIT_EXCEEDED for the reader's own files
 */
export async function verifyFile(
  path: string,
  files: ReaderFiles,
  onProgress?: VerifyProgress,
): Promise<BundleVerification> {
  const options = await readReaderFiles(files);
  let source: BundleSource;
  try {
    source = await openBundleSource(path);
  } catch (error) {
    if (!(error instanceof FiliationError) || !isOfTheBytes(error)) throw error;
    return { report: unreadableReport(basename(path), error), state: undefined };
  }
  try {
    return await verifyBundle(source, {
      platform: nodePlatform,
      now: new Date(),
      ...options,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  } finally {
    await source.close();
  }
}

/**
 * Reads what a reader brings along.
 * @throws FiliationError NOT_FOUND, UNREADABLE, USAGE, MALFORMED, LIMIT_EXCEEDED
 */
export async function readReaderFiles({ policy, seen = [], notes = [], timeRoots }: ReaderFiles): Promise<{
  readonly policy?: Uint8Array;
  readonly seen: readonly Uint8Array[];
  readonly timeRoots?: ReadonlyMap<string, readonly Certificate[]>;
}> {
  const checkpoints: Uint8Array[] = [...notes];
  for (const path of seen) checkpoints.push(await readSmall(path, MAX_NOTE_BYTES));
  const options = {
    seen: checkpoints,
    ...(policy === undefined ? {} : { policy: await readSmall(policy, MAX_POLICY_BYTES) }),
    ...(timeRoots === undefined ? {} : { timeRoots: await readRoots(timeRoots) }),
  };
  refuseBadReaderFiles(nodePlatform, options);
  return options;
}

async function readRoots(pairs: readonly string[]): Promise<ReadonlyMap<string, readonly Certificate[]>> {
  const roots = new Map<string, readonly Certificate[]>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1 || at === pair.length - 1)
      throw new FiliationError('USAGE', `cannot read the time roots ${JSON.stringify(pair)}`, {
        hint: 'write NAME=FILE, the name as the case has it and a file of PEM certificates',
      });
    const text = new TextDecoder().decode(await readSmall(pair.slice(at + 1), MAX_ROOTS_BYTES));
    const name = pair.slice(0, at);
    roots.set(name, [...(roots.get(name) ?? []), ...readPemCertificates(text)]);
  }
  return roots;
}

async function readSmall(path: string, limit: number): Promise<Uint8Array> {
  const access = await fileAccess(path);
  try {
    if (access.size > limit)
      throw new FiliationError(
        'LIMIT_EXCEEDED',
        `${path} has ${access.size} bytes, at most ${limit} are read`,
        {
          where: path,
          hint: 'Check that it is the right file.',
        },
      );
    return await access.read(0, access.size);
  } finally {
    await access.close();
  }
}
