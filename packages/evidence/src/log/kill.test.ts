import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openLog } from './log.ts';
import { diskFiles } from './log-files.ts';
import {
  numberedEntries,
  seededRandom,
  soundEntries,
  testSigner,
  textOf,
} from './log-fixture.test.support.ts';

/** Kills, and the seed of their moments: FILIATION_KILL_SEED repeats a run. */
const KILLS = 12;
const LOGS = 2;
const SEED = Number(process.env.FILIATION_KILL_SEED ?? 20_260_301);
const APPENDER = fileURLToPath(new URL('./append-forever.test.support.js', import.meta.url));

/** Runs the appender, kills it a little after its first acknowledgement, and gives the last size it
 *  acknowledged. */
async function killedAppender(folder: string, seed: number, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [APPENDER, folder, String(seed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complained = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
    said += text;
  });
  const signal = await new Promise((resolve) => child.on('close', (_, name) => resolve(name)));
  assert.equal(signal, 'SIGKILL', complained);
  return Number(said.trimEnd().split('\n').at(-1));
}

/** Kills the writers of one log again and again, and verifies it after each. */
async function killWriters(folder: string, seed: number): Promise<void> {
  const random = seededRandom(seed);
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await killedAppender(folder, seed + kill, random() * 60);
    const entries = await soundEntries(folder, diskFiles);
    assert.ok(entries.length >= acknowledged, `seed ${SEED}: ${entries.length} of ${acknowledged}`);
    assert.deepEqual(entries, numberedEntries(0, entries.length).map(textOf));
  }
  const log = await openLog(folder, { signer: testSigner() });
  await log.append(numberedEntries(log.size, 1));
  await log.close();
  assert.equal((await soundEntries(folder, diskFiles)).length, log.size);
}

describe('a process that is killed while it appends', () => {
  it(`leaves every acknowledged entry, ${KILLS} times over on each of ${LOGS} logs`, async () => {
    const top = await mkdtemp(join(tmpdir(), 'filiation-kill-'));
    try {
      await Promise.all(
        Array.from({ length: LOGS }, (_, i) => killWriters(join(top, String(i), 'log'), SEED + 1000 * i)),
      );
    } finally {
      await rm(top, { recursive: true, force: true });
    }
  });
});
