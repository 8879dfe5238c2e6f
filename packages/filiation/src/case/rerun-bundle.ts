import { rmSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBundle, openCase } from '@filiation/evidence';
import { PAYLOAD_FOLDER } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { onInterrupt } from '../io/interrupt.ts';
import { type Recomputed, type RerunOptions, rerun } from './rerun.ts';

/**
 * Computes the findings of a bundle again. An unpacked bundle is read where it lies; an archive is unpacked
 * into a temporary folder, which is removed whatever happens, Ctrl-C included.
 *
 * @param bundle one that verifies
 * @throws FiliationError UNVERIFIED, WRITE_FAILED where there is no space to unpack
 */
export async function rerunBundle(bundle: string, options: RerunOptions): Promise<readonly Recomputed[]> {
  if ((await stat(bundle)).isDirectory()) return rerunFolder(join(bundle, PAYLOAD_FOLDER), options);
  const temporary = await mkdtemp(join(tmpdir(), 'filiation-rerun-'));
  const release = onInterrupt(() => {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
    options.terminal.meter.end();
    options.terminal.say('Interrupted; nothing is kept of a recomputation.');
  });
  try {
    const folder = join(temporary, 'case');
    await openBundle({
      bundle,
      folder,
      platform: nodePlatform,
      onProgress: (step, done, total) =>
        options.terminal.meter.update(
          `unpacking: ${step}`,
          done,
          total,
          step === 'files' ? 'bytes' : 'entries',
        ),
    });
    return await rerunFolder(folder, options);
  } finally {
    release();
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function rerunFolder(folder: string, options: RerunOptions): Promise<readonly Recomputed[]> {
  const of = await openCase(folder, { now: () => new Date() });
  try {
    return await rerun(of, options);
  } finally {
    await of.close();
  }
}
