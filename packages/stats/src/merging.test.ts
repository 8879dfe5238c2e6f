import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cauchyMerge, geometricMerge, harmonicMerge, hommel, twiceMean } from './merging.ts';
import { randomStream } from './random.ts';
import { log10NormalTail } from './tails.ts';
import { close } from './test-support/reference.ts';

const MERGES = { hommel, twiceMean, geometricMerge, harmonicMerge };
const logs = fc.array(fc.double({ min: -5000, max: 0, noNaN: true }), { minLength: 1, maxLength: 12 });

describe('merging under any dependence', () => {
  it('leaves fully dependent p-values valid', () => {
    fc.assert(
      fc.property(fc.double({ min: -5000, max: 0, noNaN: true }), fc.integer({ min: 1, max: 9 }), (p, n) => {
        const same = new Array<number>(n).fill(p);
        for (const merge of Object.values(MERGES)) assert.ok(merge(same) >= p - 1e-11);
        assert.ok(Math.abs(twiceMean(same) - Math.min(0, p + Math.log10(2))) < 1e-11);
      }),
    );
  });

  it('gives known values, none for none', () => {
    close(10 ** hommel([-4, -1, -1]), 3e-4 * (1 + 1 / 2 + 1 / 3));
    close(10 ** twiceMean([-1, -2]), 0.11);
    close(10 ** geometricMerge([-1, -3]), Math.E * 0.01);
    close(10 ** harmonicMerge([-2, -3]), 2 * (2 / 1100));
    close(10 ** harmonicMerge([-4, -4, -4]), Math.E * Math.log(3) * 1e-4);
    for (const merge of [...Object.values(MERGES), cauchyMerge]) assert.equal(merge([]), 0);
  });

  it('never falls when a p-value rises, and never leaves (0, 1]', () => {
    fc.assert(
      fc.property(logs, fc.nat(), fc.double({ min: 0, max: 50, noNaN: true }), (values, draw, rise) => {
        const at = draw % values.length;
        const higher = values.map((value, i) => (i === at ? Math.min(0, value + rise) : value));
        for (const merge of Object.values(MERGES)) {
          const merged = merge(values);
          assert.ok(Number.isFinite(merged) && merged <= 0 && merge(higher) >= merged - 1e-9);
        }
      }),
    );
  });

  it('keeps the false-alarm rate at 5 % under the null for independent, equal and opposed p-values', () => {
    const random = randomStream('merging');
    const runs = 4000;
    const rejected = new Map<string, number>();
    for (let run = 0; run < runs; run++) {
      const u = 1 - random.uniform();
      const shared = random.normal();
      const families = {
        independent: [0, 1, 2, 3].map(() => 1 - random.uniform()),
        opposed: [u, 1 - u, u, 1 - u].map((p) => Math.max(p, 1e-17)),
        shifted: [0, 1, 2, 3].map((i) => Math.max(1e-17, (u + i / 4) % 1)),
        correlated: [0, 1, 2, 3].map(
          () => 10 ** log10NormalTail(Math.sqrt(0.7) * shared + Math.sqrt(0.3) * random.normal()),
        ),
      };
      for (const [family, ps] of Object.entries(families))
        for (const [name, merge] of Object.entries(MERGES))
          if (merge(ps.map((p) => Math.min(0, Math.log10(p)))) <= Math.log10(0.05))
            rejected.set(`${family} ${name}`, (rejected.get(`${family} ${name}`) ?? 0) + 1);
    }
    assert.ok(rejected.size >= 8);
    for (const [what, count] of rejected)
      assert.ok(count / runs < 0.05 + 4 * Math.sqrt(0.0475 / runs), `${what}: ${count} of ${runs}`);
  });

  it('refuses what is not a log10 p', () => {
    for (const merge of [...Object.values(MERGES), cauchyMerge])
      for (const bad of [0.1, Number.NEGATIVE_INFINITY, Number.NaN])
        assert.throws(() => merge([bad, -1, -1]), RangeError);
  });
});

describe('cauchyMerge', () => {
  it('agrees with multiprecision values in the middle, far out and above one half', () => {
    close(cauchyMerge([0.01, 0.2, 0.9].map(Math.log10)), -1.500302331035466);
    close(cauchyMerge([-400, Math.log10(0.5), Math.log10(0.99)]), -399.52287874528037);
    close(cauchyMerge([0.9, 0.8, 0.7].map(Math.log10)), -0.07939666921063346);
    close(cauchyMerge([-1.2675379694976295e-14, -0.1377891801698211]), -2.535075938995093e-14, 1e-12);
    close(cauchyMerge([0.3, 0.7].map(Math.log10)), -Math.log10(2));
  });

  it('returns a single or common p-value unchanged, and 1 where one of them is 1', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5000, max: -1e-3, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        (p, n) => {
          close(cauchyMerge(new Array<number>(n).fill(p)), p, 1e-11);
        },
      ),
    );
    assert.ok(Math.abs(cauchyMerge([-400, 0])) < 1e-15);
    close(cauchyMerge([-400, 0], [1, 0]), -400);
    assert.throws(() => cauchyMerge([-1, -1], [0.5, 0.4]), RangeError);
  });
});
