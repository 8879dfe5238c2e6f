import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { memorySource } from './byte-source.ts';
import { torchStore } from './torch-store.ts';

/** Row-major elements of a view, by the definition of strides. */
function byDefinition(shape: readonly number[], stride: readonly number[], offset: number): number[] {
  const [first, ...rest] = shape;
  if (first === undefined) return [offset];
  return Array.from({ length: first }, (_, i) =>
    byDefinition(rest, stride.slice(1), offset + i * stride[0]!),
  ).flat();
}

describe('torchStore', () => {
  it('reads any range of any view as the definition of strides says', async () => {
    const dimension = fc.record({
      size: fc.integer({ min: 0, max: 4 }),
      stride: fc.integer({ min: 0, max: 9 }),
    });
    const view = fc.record({
      dimensions: fc.array(dimension, { maxLength: 4 }),
      offset: fc.nat(5),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      to: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(view, async ({ dimensions, offset, from, to }) => {
        const shape = dimensions.map(({ size }) => size);
        const stride = dimensions.map(({ stride: step }) => step);
        const expected = byDefinition(shape, stride, offset);
        const length = 1 + Math.max(offset, ...expected);
        // Element i of the storage holds i.
        const storage = Float32Array.from({ length }, (_, i) => i);
        const store = torchStore({
          source: memorySource('m', new Uint8Array(storage.buffer)),
          tensors: [
            {
              name: 'a',
              storageOffset: 0,
              view: {
                kind: 'tensor',
                dtype: 'F32',
                offset,
                shape,
                stride,
                storage: { kind: 'storage', key: '0', dtype: 'F32', byteLength: 4 * length },
              },
            },
          ],
          bigEndian: false,
          metadata: {},
          oddities: [],
        });
        const [tensor] = store.tensors;
        const start = Math.floor(from * expected.length);
        const count = Math.floor(to * (expected.length - start));
        const got = await store.elements(tensor!, start, count);
        assert.deepEqual([...got], expected.slice(start, start + count));
        assert.equal(tensor!.elementCount, expected.length);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});
