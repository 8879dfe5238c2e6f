import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type BundleVerification,
  FiliationError,
  PAYLOAD_FOLDER,
  type VerifyOptions,
  verifyBundle,
} from '@filiation/verify';
import { openBundleSource } from '@filiation/verify/node';
import { makeFolder, systemReason } from '../io/write-file.ts';

export interface OpenBundleInput extends VerifyOptions {
  /** Archive or unpacked bag. */
  readonly bundle: string;
  /** A new folder for the case. */
  readonly folder: string;
}

/** Files that a bundle has and a case folder has not. */
const OF_BUNDLE = new Set([`${PAYLOAD_FOLDER}withheld.json`, `${PAYLOAD_FOLDER}ro-crate-metadata.json`]);

/**
 * Makes a case folder of a bundle that was received: verified first, then unpacked whole or not at all.
 * Whoever opens it reads, runs and replies; claims gather in the outbox for whoever keeps the log.
 * @throws FiliationError UNVERIFIED, CONFLICT where the folder holds something, WRITE_FAILED
 */
export async function openBundle(input: OpenBundleInput): Promise<BundleVerification> {
  const folder = resolve(input.folder);
  const held = await readdir(folder).catch(() => [] as string[]);
  if (held.length > 0)
    throw new FiliationError('CONFLICT', `${folder} is not empty: it holds ${held[0]}`, {
      where: folder,
      hint: 'choose a new folder for the case',
    });
  const source = await openBundleSource(input.bundle);
  const temporary = `${folder}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const verification = await verifyBundle(source, input);
    const fault = verification.report.checks.find((check) => check.status === 'failed');
    if (fault !== undefined)
      throw new FiliationError(
        'UNVERIFIED',
        `${input.bundle} does not verify: ${fault.part} ${fault.detail}`,
        {
          where: input.bundle,
          hint: `see every check with: filiation verify ${input.bundle}`,
        },
      );
    for (const { path } of source.members) {
      if (!path.startsWith(PAYLOAD_FOLDER) || OF_BUNDLE.has(path)) continue;
      const target = join(temporary, path.slice(PAYLOAD_FOLDER.length));
      await makeFolder(dirname(target));
      await pipeline(
        Readable.from(source.stream(path)),
        createWriteStream(target, { flags: 'wx', flush: true }),
      );
    }
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    return verification;
  } catch (cause) {
    if (cause instanceof FiliationError) throw cause;
    throw new FiliationError('WRITE_FAILED', `cannot unpack into ${folder}: ${systemReason(cause)}`, {
      where: folder,
      hint: 'choose another place, or free space and check permissions',
      cause,
    });
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    await source.close();
  }
}
