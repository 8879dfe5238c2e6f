import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import fc from 'fast-check';
import { fitMerges, suspectMerges, type WeightSample } from './merge-fit.ts';

const COUNT = 400;
const ROUNDING = 1e-4;

function vector(seed: string): Float64Array {
  const random = randomStream(seed);
  return Float64Array.from({ length: COUNT }, () => random.normal());
}

function sum(seed: string, parts: readonly (readonly [number, Float64Array])[], noise: number): Float64Array {
  const random = randomStream(`${seed}/noise`);
  return Float64Array.from({ length: COUNT }, (_, i) =>
    parts.reduce((total, [weight, values]) => total + weight * values[i]!, noise * random.normal()),
  );
}

const sample = (id: string, values: Float64Array): WeightSample => ({ id, values, rounding: ROUNDING });

describe('fitMerges', () => {
  it('recovers the coefficients of a two-parent merge of tunes of one base', () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0.1, max: 0.9, noNaN: true }), (seed, weight) => {
        const base = vector(`${seed}/base`);
        const one = sum(
          `${seed}/1`,
          [
            [1, base],
            [0.1, vector(`${seed}/d1`)],
          ],
          0,
        );
        const two = sum(
          `${seed}/2`,
          [
            [1, base],
            [0.1, vector(`${seed}/d2`)],
          ],
          0,
        );
        const child = sum(
          `${seed}/3`,
          [
            [weight, one],
            [1 - weight, two],
          ],
          ROUNDING,
        );
        const fits = fitMerges([sample('one', one), sample('two', two), sample('child', child)]);
        assert.equal(fits.length, 1);
        assert.equal(fits[0]?.child, 'child');
        const found = new Map(fits[0]?.parents.map((parent) => [parent.id, parent.weight]));
        assert.ok(Math.abs(found.get('one')! - weight) < 0.01, `${found.get('one')} for ${weight}`);
      }),
      { numRuns: 50 },
    );
  });

  it('finds no merge among tunes of one base, a chain of tunes or strangers', () => {
    const base = vector('base');
    const tune = sum(
      't',
      [
        [1, base],
        [0.1, vector('d')],
      ],
      0,
    );
    const retune = sum(
      'r',
      [
        [1, tune],
        [0.1, vector('e')],
      ],
      0,
    );
    const samples = [
      sample('base', base),
      sample('tune', tune),
      sample('retune', retune),
      sample('x', vector('x')),
    ];
    assert.deepEqual(fitMerges(samples), []);
  });

  it('does not take a copy of one parent for a merge', () => {
    const base = vector('base');
    const other = vector('other');
    assert.deepEqual(fitMerges([sample('a', base), sample('b', other), sample('copy', base.slice())]), []);
  });
});

describe('suspectMerges', () => {
  it('names base and parents of a trimmed merge, which no weighted sum reproduces', () => {
    const base = vector('base');
    const one = vector('d1');
    const two = vector('d2');
    const trimmed = (values: Float64Array) => values.map((value) => (Math.abs(value) > 0.8 ? value : 0));
    const samples = [
      sample('base', base),
      sample(
        'one',
        sum(
          '1',
          [
            [1, base],
            [0.1, one],
          ],
          0,
        ),
      ),
      sample(
        'two',
        sum(
          '2',
          [
            [1, base],
            [0.1, two],
          ],
          0,
        ),
      ),
      sample(
        'child',
        sum(
          '3',
          [
            [1, base],
            [0.1, trimmed(one)],
            [0.1, trimmed(two)],
          ],
          0,
        ),
      ),
    ];
    assert.deepEqual(fitMerges(samples), []);
    const suspects = suspectMerges(samples, new Set());
    assert.ok(
      suspects.some(
        (suspect) =>
          suspect.child === 'child' && suspect.base === 'base' && suspect.parents.join() === 'one,two',
      ),
      JSON.stringify(suspects),
    );
    assert.deepEqual(
      suspectMerges(samples, new Set(['child'])).filter((suspect) => suspect.child === 'child'),
      [],
    );
  });
});
