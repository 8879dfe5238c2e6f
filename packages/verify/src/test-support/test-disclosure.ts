import { hexOf } from '../bytes.ts';
import type { CommitmentRecord } from '../disclosure/commitment.ts';
import { jointSeed } from '../disclosure/joint-seed.ts';
import type { SketchDocument } from '../disclosure/sketch-document.ts';
import { nodePlatform } from '../node/platform.ts';
import { sha256, type TestBody, type TestCase, testCase } from './test-case.ts';
import { commitRows, type TestCommitment } from './test-commitment.ts';

/** Rows of a log that one side of a test case discloses in part and never hands over. */
export const ROWS: readonly string[] = ['{"a":1}', '{"a":2}', '{"a":3}', '{"a":4}', '{"a":5}'];
export const COMMITMENT: TestCommitment = commitRows('E1', ROWS);
export const RECORD: CommitmentRecord = COMMITMENT.record;

export function disclose(
  of: TestCase,
  action: TestBody<'disclosure'>['action'],
  document: unknown,
  changes: Partial<TestBody<'disclosure'>> = {},
  actor = 'bolt',
): number {
  const extension = document instanceof Uint8Array ? 'jsonl' : 'json';
  return of.add(actor, 'disclosure', [of.document('disclosure', document, extension)], {
    exhibit: 'E1',
    action,
    commitment: RECORD.root,
    parts: RECORD.count,
    of: RECORD.count,
    ...changes,
  });
}

/** Bolt's log is registered by its commitment alone. */
export function committed(): TestCase {
  const of = testCase();
  const text = `${ROWS.join('\n')}\n`;
  of.exhibit('bolt', text, { kind: 'log', storage: 'committed', commitment: RECORD.root });
  disclose(of, 'commit', RECORD);
  return of;
}

const value = (byte: number) => new Uint8Array(32).fill(byte);
export const SEED: string = jointSeed(nodePlatform, 'case-1', [value(1), value(2)]);

export function drawSeed(of: TestCase): void {
  const step = (actor: string, name: 'commit' | 'reveal' | 'result', text: string, digest: string) =>
    of.add(actor, 'seed', [{ name: 'seed S1', digest: { sha256: digest } }], {
      seed: 'S1',
      step: name,
      value: text,
    });
  for (const [actor, byte] of [
    ['acme', 1],
    ['bolt', 2],
  ] as const)
    step(actor, 'commit', sha256(value(byte)), sha256(value(byte)));
  for (const [actor, byte] of [
    ['acme', 1],
    ['bolt', 2],
  ] as const)
    step(actor, 'reveal', hexOf(value(byte)), sha256(value(byte)));
  step('nora', 'result', SEED, sha256(Buffer.from(SEED, 'hex')));
}

export const SKETCH: SketchDocument = {
  schema: 'filiation.sketch/1',
  seed: SEED,
  rows: 2,
  digits: 4,
  tensors: [{ name: 'mlp-up/0', elements: 1000, values: ['1.5', '-2'] }],
  skipped: [{ name: 'final-norm', reason: 'too small' }],
  leak: { released: 4, total: 4, cap: 10, tensors: { 'mlp-up/0': 4 } },
};
export const LEAK: NonNullable<TestBody<'disclosure'>['leak']> = {
  seed: 'S1',
  released: 4,
  total: 4,
  cap: 10,
};
export function sketch(of: TestCase, document: SketchDocument = SKETCH, leak: typeof LEAK = LEAK): number {
  return disclose(of, 'sketch', document, { parts: 1, of: 2, leak });
}
