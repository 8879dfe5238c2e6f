import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import { randomStream } from '@filiation/stats';
import fc from 'fast-check';
import { type Matrix, matrix, selectRows } from '../matrix.ts';
import { plainKernel } from './plain.ts';
import { wasmKernel } from './wasm.ts';

function randomMatrix(seed: string, rows: number, columns: number): Matrix {
  const stream = randomStream(seed);
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => stream.uniform() * 2 - 1),
  );
}

/** Row inner products in float64, and the sum of the products' magnitudes, which bounds the error. */
function exact(a: Matrix, b: Matrix, i: number, j: number): { value: number; magnitude: number } {
  let value = 0;
  let magnitude = 0;
  for (let t = 0; t < a.columns; t++) {
    const product = a.data[i * a.columns + t]! * b.data[j * b.columns + t]!;
    value += product;
    magnitude += Math.abs(product);
  }
  return { value, magnitude };
}

describe('the WebAssembly kernel', () => {
  const plain = plainKernel();
  const one = wasmKernel({ threads: 1 });
  const three = wasmKernel({ threads: 3 });
  after(() => Promise.all([one.close(), three.close()]));

  it('agrees in every bit with the plain kernel, whatever the shape', async () => {
    const size = fc.integer({ min: 0, max: 70 });
    const width = fc.integer({ min: 0, max: 600 });
    await fc.assert(
      fc.asyncProperty(size, size, width, fc.nat(), async (rows, columns, inner, seed) => {
        const a = randomMatrix(`a${seed}`, rows, inner);
        const b = randomMatrix(`b${seed}`, columns, inner);
        assert.deepEqual(await one.timesTransposed(a, b), await plain.timesTransposed(a, b));
      }),
      { numRuns: 60 },
    );
  });

  it('agrees in every bit past the edges of its blocks', async () => {
    for (const [rows, columns, inner] of [
      [1, 1025, 1025],
      [1026, 17, 260],
      [258, 40, 2049],
      [33, 1, 1030],
    ] as const) {
      const a = randomMatrix('a', rows, inner);
      const b = randomMatrix('b', columns, inner);
      assert.deepEqual(await one.timesTransposed(a, b), await plain.timesTransposed(a, b));
    }
  });

  it('keeps zeros, denormals, infinities and missing numbers as the plain kernel does', async () => {
    const small = [0, -0, 1e-40, -1e-45, 3e38, -1e-20, 2e-25, 1];
    const a = matrix(
      9,
      8,
      Float32Array.from({ length: 72 }, (_, i) => small[(i * i + (i >> 3)) % 8]!),
    );
    const b = matrix(
      5,
      8,
      Float32Array.from({ length: 40 }, (_, i) => small[(3 * i + (i >> 2)) % 8]!),
    );
    assert.deepEqual(await one.timesTransposed(a, b), await plain.timesTransposed(a, b));
    a.data[3] = Number.NaN;
    a.data[20] = Number.POSITIVE_INFINITY;
    const [fast, slow] = [await one.timesTransposed(a, b), await plain.timesTransposed(a, b)];
    assert.deepEqual([...fast.data], [...slow.data]);
    assert.ok(Number.isNaN(fast.data[0]) && Number.isFinite(fast.data[5]));
    const zeros = await one.timesTransposed(matrix(3, 9), matrix(2, 9));
    assert.ok(zeros.data.every((value) => Object.is(value, 0)));
  });

  it('is near the float64 product: within the bound of recursive summation', async () => {
    const a = randomMatrix('left', 20, 3000);
    const b = randomMatrix('right', 18, 3000);
    const product = await one.timesTransposed(a, b);
    const additions = 256 + Math.ceil(3000 / 256);
    for (let i = 0; i < 20; i++)
      for (let j = 0; j < 18; j++) {
        const { value, magnitude } = exact(a, b, i, j);
        const error = Math.abs(product.data[i * 18 + j]! - value);
        assert.ok(error <= additions * 2 ** -23 * magnitude, `element ${i}, ${j} is off by ${error}`);
      }
  });

  it('gives the same bits with worker threads', async () => {
    const a = randomMatrix('threads a', 700, 513);
    const b = randomMatrix('threads b', 600, 513);
    const threaded = await three.timesTransposed(a, b);
    assert.deepEqual(threaded, await one.timesTransposed(a, b));
  });

  it('gives a row the same bits whatever other rows are asked for', async () => {
    const a = randomMatrix('rows a', 300, 520);
    const b = randomMatrix('rows b', 90, 520);
    const whole = await one.timesTransposed(a, b);
    const part = await one.timesTransposed(selectRows(a, [7, 299]), selectRows(b, [3, 50, 89]));
    const expected = [7, 299].flatMap((i) => [3, 50, 89].map((j) => whole.data[i * 90 + j]!));
    assert.deepEqual([...part.data], expected);
    const swapped = await one.timesTransposed(b, a);
    assert.equal(swapped.data[50 * 300 + 7], whole.data[7 * 90 + 50]);
  });

  it('works off overlapping calls without mixing them', async () => {
    const inputs = Array.from({ length: 6 }, (_, i) => [
      randomMatrix(`a${i}`, 30 + i, 100),
      randomMatrix(`b${i}`, 40 - i, 100),
    ]);
    const together = await Promise.all(inputs.map(([a, b]) => three.timesTransposed(a!, b!)));
    for (const [i, [a, b]] of inputs.entries())
      assert.deepEqual(together[i], await plain.timesTransposed(a!, b!));
  });

  it('counts its operations and refuses matrices of different width', async () => {
    const kernel = wasmKernel({ threads: 1 });
    await kernel.timesTransposed(matrix(3, 5), matrix(4, 5));
    assert.equal(kernel.operations, 2 * 3 * 4 * 5);
    await assert.rejects(kernel.timesTransposed(matrix(2, 3), matrix(2, 4)), RangeError);
    assert.equal(kernel.name, 'wasm-simd');
    assert.equal(three.name, 'wasm-simd x3');
    assert.throws(() => wasmKernel({ threads: 0 }), RangeError);
  });

  it('refuses work after it is closed', async () => {
    const kernel = wasmKernel({ threads: 1 });
    await kernel.close();
    await assert.rejects(kernel.timesTransposed(matrix(2, 2), matrix(2, 2)), RangeError);
  });

  it('fails instead of hanging when its threads are ended under it', async () => {
    const kernel = wasmKernel({ threads: 2 });
    const product = kernel.timesTransposed(matrix(900, 1024), matrix(900, 1024));
    const refused = assert.rejects(
      product,
      (error) => error instanceof FiliationError && error.code === 'INTERNAL',
    );
    setImmediate(() => void kernel.close());
    await refused;
  });

  it('lets the process end though nobody closed it, but not before a product is done', () => {
    const program = `
      const { wasmKernel } = await import(${JSON.stringify(new URL('./wasm.js', import.meta.url).href)});
      const ones = { rows: 512, columns: 512, data: new Float32Array(512 * 512).fill(1) };
      const product = await wasmKernel({ threads: 2 }).timesTransposed(ones, ones);
      process.stdout.write(String(product.data[511]));
    `;
    const run = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      timeout: 60_000,
    });
    assert.equal(String(run), '512');
  });
});
