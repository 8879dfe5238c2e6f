import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kolmogorovSmirnovUniform, type RandomStream, randomStream } from '@filiation/stats';
import { plainKernel } from '../kernel/plain.ts';
import { matrix } from '../matrix.ts';
import { addAgreement, type Couplings, couplingCosine, couplings, signTest } from './sign-agreement.ts';

const SIZE = 12;

function randomCouplings(stream: RandomStream): Promise<Couplings> {
  const rows = matrix(
    SIZE,
    20,
    Float32Array.from({ length: SIZE * 20 }, () => stream.normal()),
  );
  return couplings(rows, plainKernel());
}

async function agreement(stream: RandomStream, matrices: number): Promise<Float64Array> {
  const sum = new Float64Array(SIZE * SIZE);
  for (let i = 0; i < matrices; i++)
    addAgreement(sum, await randomCouplings(stream), await randomCouplings(stream));
  return sum;
}

describe('couplings', () => {
  it('do not change when the other side of the matrix is turned, and change sign with a direction', async () => {
    const stream = randomStream('c');
    const rows = matrix(
      3,
      2,
      Float32Array.from({ length: 6 }, () => stream.normal()),
    );
    const [cos, sin] = [Math.cos(1), Math.sin(1)];
    const turned = matrix(
      3,
      2,
      Float32Array.from({ length: 6 }, (_, at) => {
        const [x, y] = [rows.data[at - (at % 2)]!, rows.data[at - (at % 2) + 1]!];
        return at % 2 === 0 ? cos * x - sin * y : sin * x + cos * y;
      }),
    );
    const a = await couplings(rows, plainKernel());
    const b = await couplings(turned, plainKernel());
    assert.ok(Math.abs(couplingCosine(a, b) - 1) < 1e-6);
    const flipped = await couplings(
      matrix(
        3,
        2,
        rows.data.map((v, at) => (at < 2 ? -v : v)),
      ),
      plainKernel(),
    );
    assert.ok(Math.abs(flipped.data[1]! + a.data[1]!) < 1e-6);
  });
});

describe('signTest', () => {
  it('gives a uniform Monte Carlo p for unrelated couplings', async () => {
    const stream = randomStream('null');
    const values: number[] = [];
    for (let i = 0; i < 400; i++)
      values.push(signTest(await agreement(stream, 3), SIZE, 199, stream, 1).monteCarlo);
    const { log10P } = kolmogorovSmirnovUniform(values);
    assert.ok(log10P > -3, `Kolmogorov–Smirnov log10 p ${log10P}`);
  });

  it('bounds the exact tail over all sign vectors from above', async () => {
    for (let trial = 0; trial < 8; trial++) {
      const stream = randomStream(`exact ${trial}`);
      const m = await agreement(stream, 2);
      // A related pair's statistic: the largest sums of the sign law itself.
      const sums = allSums(m);
      for (const rank of [1, 20, 200]) {
        const target = sums[sums.length - rank]!;
        const shifted = signTest(turnedTo(m, target), SIZE, 999, stream, 1);
        assert.ok(shifted.log10P >= Math.log10(rank / sums.length) - 0.3, `rank ${rank}: ${shifted.log10P}`);
      }
    }
  });

  it('never claims more than its signs can show', () => {
    const all = new Float64Array(SIZE * SIZE).map((_, at) => (at % (SIZE + 1) === 0 ? 0 : 1));
    const { log10P, monteCarlo } = signTest(all, SIZE, 999, randomStream('all'), 1);
    assert.ok(log10P >= (1 - SIZE) * Math.log10(2));
    assert.ok(monteCarlo <= 3 / 1000);
    assert.equal(signTest(all, SIZE, 99, randomStream('all'), 1).detectable, undefined);
  });

  it('finds nothing in nothing', () => {
    const { log10P, monteCarlo } = signTest(new Float64Array(SIZE * SIZE), SIZE, 99, randomStream('0'), 1.5);
    assert.equal(log10P, 0);
    assert.equal(monteCarlo, 1);
  });
});

function signsOf(code: number): number[] {
  return Array.from({ length: SIZE }, (_, bit) => ((code >> bit) & 1 ? -1 : 1));
}

function turned(m: Float64Array, code: number): Float64Array {
  const signs = signsOf(code);
  return m.map((value, at) => value * signs[Math.floor(at / SIZE)]! * signs[at % SIZE]!);
}

function total(m: Float64Array): number {
  return m.reduce((sum, value) => sum + value, 0);
}

/** Sums for all sign vectors with the first sign fixed, ascending. */
function allSums(m: Float64Array): number[] {
  return Array.from({ length: 2 ** (SIZE - 1) }, (_, code) => total(turned(m, 2 * code))).sort(
    (a, b) => a - b,
  );
}

/** The same law with the statistic at a given value of it. */
function turnedTo(m: Float64Array, target: number): Float64Array {
  for (let code = 0; code < 2 ** SIZE; code += 2) {
    const candidate = turned(m, code);
    if (Math.abs(total(candidate) - target) < 1e-9) return candidate;
  }
  return m;
}
