import assert from 'node:assert/strict';
import { Secret } from '../keys/secret.ts';
import { type Signer, seedSigner } from '../keys/signer.ts';
import { type FsckReport, fsck } from './fsck.ts';
import { readLog } from './log.ts';
import type { LogFiles } from './log-files.ts';

export const ORIGIN = 'example.org/case-17';

/** A signer whose key follows from the number. */
export function testSigner(name: string = ORIGIN, seed = 1): Signer {
  return seedSigner(name, new Secret(new Uint8Array(32).fill(seed)));
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Entries of different lengths: `entry 0`, `entry 1 .`, `entry 2 ..`… */
export function numberedEntries(from: number, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => bytesOf(`entry ${from + i} ${'.'.repeat((from + i) % 7)}`));
}

/** Small deterministic generator (mulberry32) of numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Re-derives the log and gives its entries as text; fails where any check failed. */
export async function soundEntries(
  folder: string,
  files: LogFiles,
  signer: Signer = testSigner(),
): Promise<string[]> {
  const entries: string[] = [];
  const report: FsckReport = await fsck(folder, {
    vkeys: [signer.vkey],
    files,
    onEntry: (_, entry) => void entries.push(textOf(entry)),
  });
  assert.deepEqual(
    report.faults.filter(({ status }) => status === 'failed'),
    [],
  );
  assert.equal(entries.length, (await readLog(folder, { files })).size);
  return entries;
}
