import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import fc from 'fast-check';
import type { TensorStore } from '../store.ts';
import { type ByteSource, memorySource } from './byte-source.ts';
import { readPickle } from './pickle.ts';
import { writePickle } from './pickle-writer.test.support.ts';
import { repositoryPath } from './repository-path.test.support.ts';
import { openSafetensors } from './safetensors.ts';
import { withHeader } from './safetensors-writer.test.support.ts';
import { torchWorld } from './torch-pickle.ts';
import { tensor, writeTorch } from './torch-writer.test.support.ts';
import { openTorchZip } from './torch-zip.ts';
import { concatenate } from './zip-writer.test.support.ts';

/** What a mutation does to bytes; positions are fractions of the length. */
const mutation = fc.oneof(
  fc.record({
    kind: fc.constant('flip' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bit: fc.nat(7),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant('splice' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat(16),
    added: fc.uint8Array({ maxLength: 16 }),
  }),
  fc.record({
    kind: fc.constant('digit' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    digit: fc.nat(9),
  }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(original: Uint8Array, steps: readonly Mutation[]): Uint8Array {
  return steps.reduce((bytes, step) => {
    const at = Math.min(bytes.length - 1, Math.floor(step.at * bytes.length));
    if (bytes.length === 0) return bytes;
    if (step.kind === 'cut') return bytes.slice(0, at);
    if (step.kind === 'splice')
      return concatenate([bytes.subarray(0, at), step.added, bytes.subarray(at + step.removed)]);
    const out = bytes.slice();
    if (step.kind === 'flip') out[at]! ^= 1 << step.bit;
    else out[nextDigit(out, at)] = 48 + step.digit;
    return out;
  }, original);
}

/** Position of the first digit from `at` on: numbers are where headers lie. */
function nextDigit(bytes: Uint8Array, at: number): number {
  const found = bytes.subarray(at).findIndex((byte) => byte >= 48 && byte <= 57);
  return found < 0 ? at : at + found;
}

/** Counts the bytes a reader asks for: no file may cost more than a few times its size to open. */
function counted(bytes: Uint8Array): { source: ByteSource; asked: () => number } {
  let asked = 0;
  const inner = memorySource('hostile', bytes);
  const source: ByteSource = {
    ...inner,
    read(offset, length) {
      asked += Math.min(length, bytes.length);
      return inner.read(offset, length);
    },
  };
  return { source, asked: () => asked };
}

/** Opening and reading must end in a store that reads, or in an error meant for a person. */
async function survives(
  bytes: Uint8Array,
  open: (source: ByteSource) => Promise<TensorStore>,
): Promise<string> {
  const { source, asked } = counted(bytes);
  try {
    const store = await open(source);
    assert.ok(asked() <= 8 * bytes.length + 65_557, `${asked()} bytes asked of ${bytes.length}`);
    for (const held of store.tensors) {
      const count = Math.min(held.elementCount, 64);
      assert.equal((await store.elements(held, held.elementCount - count, count)).length, count);
    }
    return 'opened';
  } catch (error) {
    if (!(error instanceof FiliationError)) throw error;
    assert.ok(error.message.length < 2000);
    return error.code;
  }
}

async function fuzz(
  original: Uint8Array,
  open: (source: ByteSource) => Promise<TensorStore>,
  runs: number,
): Promise<Set<string>> {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (steps) => {
      outcomes.add(await survives(mutate(original, steps), open));
    }),
    { numRuns: runs, seed: 20240229 },
  );
  return outcomes;
}

describe('readers on mutated files', () => {
  it('survive thousands of damaged safetensors headers', async () => {
    const model = readFileSync(repositoryPath('examples', 'models', 'base_A', 'model.safetensors'));
    const length = Number(model.readBigUInt64LE());
    const header = JSON.parse(model.toString('utf8', 8, 8 + length)) as Record<string, object>;
    // The first tensors over little data: most mutations then hit the header.
    const first = Object.entries(header).filter(
      ([, entry]) => 'shape' in entry && String(entry.shape) === '128',
    );
    const entries = first.map(([name], i) => [
      name,
      { dtype: 'F16', shape: [2, 4], data_offsets: [16 * i, 16 * i + 16] },
    ]);
    const small = withHeader(
      JSON.stringify(Object.fromEntries(entries)),
      new Uint8Array(16 * entries.length),
    );
    assert.equal(await survives(small, openSafetensors), 'opened');
    const outcomes = await fuzz(small, openSafetensors, 1500);
    for (const outcome of ['opened', 'MALFORMED', 'TRUNCATED', 'LIMIT_EXCEEDED', 'UNSUPPORTED'])
      assert.ok(outcomes.has(outcome), `no mutation led to ${outcome}`);
  });

  it('survive a real header that is cut anywhere', async () => {
    const model = readFileSync(repositoryPath('examples', 'models', 'base_A', 'model.safetensors'));
    for (let size = 0; size < 6000; size += 17)
      assert.equal(await survives(new Uint8Array(model.subarray(0, size)), openSafetensors), 'TRUNCATED');
  });

  const checkpoint = writeTorch(
    new Map([
      ['a', tensor({ key: '0', numel: 6, shape: [2, 3] })],
      ['b', tensor({ key: '0', numel: 6, shape: [3, 2], stride: [1, 3] })],
    ]),
    { 0: [1, 2, 3, 4, 5, 6] },
  );

  it('survive thousands of damaged zip checkpoints', async () => {
    const open = (source: ByteSource) => openTorchZip(source, { tolerant: true });
    const outcomes = await fuzz(checkpoint, open, 1500);
    for (const outcome of ['opened', 'MALFORMED', 'TRUNCATED'])
      assert.ok(outcomes.has(outcome), `no mutation led to ${outcome}`);
  });

  it('survive thousands of damaged pickles, whose checksums hold', async () => {
    const pickle = readFileSync(repositoryPath('packages', 'weights', 'fixtures', 'torch', 'state-dict.pt'));
    const original = new Uint8Array(pickle.subarray(64, 64 + 1343));
    assert.ok('value' in readPickle(original, torchWorld('p'), 'p').outcome);
    const open = (source: ByteSource) => openTorchZip(source, { tolerant: true });
    const storages = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [i, new Uint8Array(64)]));
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (steps) => {
        outcomes.add(await survives(writeTorch(mutate(original, steps), storages), open));
      }),
      { numRuns: 1500, seed: 19700101 },
    );
    for (const outcome of ['opened', 'MALFORMED', 'UNSUPPORTED'])
      assert.ok(outcomes.has(outcome), `no mutation led to ${outcome}`);
  });

  it('survive pickles of random instructions', () => {
    const codes = [
      ...writePickle(null),
      0x28,
      0x29,
      0x52,
      0x51,
      0x71,
      0x68,
      0x75,
      0x65,
      0x61,
      0x62,
      0x74,
      0x7d,
      0x5d,
    ];
    const random = fc.array(fc.oneof(fc.constantFrom(...codes), fc.nat(255)), { maxLength: 200 });
    fc.assert(
      fc.property(random, (bytes) => {
        const { outcome } = readPickle(Uint8Array.from(bytes), torchWorld('p'), 'p');
        assert.ok('value' in outcome || outcome.failure instanceof FiliationError);
      }),
      { numRuns: 3000, seed: 42 },
    );
  });
});
