import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clusterBootstrap, pairBootstrap } from './bootstrap.ts';
import { randomStream } from './random.ts';

interface Case {
  readonly value: number;
  readonly ends: readonly [string, string];
}
const mean = (cases: readonly { readonly value: number }[]) =>
  cases.reduce((sum, item) => sum + item.value, 0) / cases.length;

/** Law school data (Efron 1982; Efron & Tibshirani 1993, table 3.1): 15 schools' LSAT and GPA. */
const LSAT = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594];
const GPA = [3.39, 3.3, 2.81, 3.03, 3.44, 3.07, 3, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96];
const SCHOOLS = LSAT.map((lsat, i) => ({ lsat, gpa: GPA[i]!, name: `${i}` }));

function correlation(cases: readonly { readonly lsat: number; readonly gpa: number }[]): number {
  const x = mean(cases.map(({ lsat }) => ({ value: lsat })));
  const y = mean(cases.map(({ gpa }) => ({ value: gpa })));
  let [xy, xx, yy] = [0, 0, 0];
  for (const { lsat, gpa } of cases) {
    xy += (lsat - x) * (gpa - y);
    xx += (lsat - x) ** 2;
    yy += (gpa - y) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

describe('clusterBootstrap', () => {
  const run = (method: 'percentile' | 'bca') =>
    clusterBootstrap(SCHOOLS, ({ name }) => name, correlation, {
      random: randomStream('law school'),
      resamples: 20_000,
      level: 0.9,
      method,
    });

  it('gives the published correlation .776 and standard error .13 of the law schools', () => {
    const { value, standardError, clusters } = run('percentile');
    assert.equal(value.toFixed(3), '0.776');
    assert.ok(Math.abs(standardError - 0.1335) < 0.004, `${standardError}`);
    assert.equal(clusters, 15);
  });

  it('agrees with SciPy 1.17 (400,000 resamples): percentile .5234 to .9476, BCa .4301 to .9267', () => {
    const [percentile, bca] = [run('percentile'), run('bca')];
    for (const [actual, expected] of [
      [percentile.low, 0.5234],
      [percentile.high, 0.9476],
      [bca.low, 0.4301],
      [bca.high, 0.9267],
    ] as const)
      assert.ok(Math.abs(actual - expected) < 0.012, `${actual} is not ${expected}`);
  });

  it('repeats itself for a seed, and copies inside a cluster carry no information', () => {
    const copied = SCHOOLS.flatMap((school) => [school, school, school]);
    const options = () => ({ random: randomStream('copies'), resamples: 500 });
    const name = (school: { readonly name: string }) => school.name;
    const alone = clusterBootstrap(SCHOOLS, name, correlation, options());
    assert.deepEqual(clusterBootstrap(SCHOOLS, name, correlation, options()), alone);
    const thrice = clusterBootstrap(copied, name, correlation, options());
    assert.ok(Math.abs(thrice.low - alone.low) < 1e-9 && Math.abs(thrice.high - alone.high) < 1e-9);
  });

  it('covers a skewed truth about as often as it says: BCa on means of exponentials', () => {
    const random = randomStream('exponential');
    let covered = 0;
    for (let t = 0; t < 300; t++) {
      const cases = Array.from({ length: 30 }, (_, i) => ({
        value: -Math.log(1 - random.uniform()),
        name: `${i}`,
      }));
      const { low, high } = clusterBootstrap(cases, ({ name }) => name, mean, { random, resamples: 400 });
      if (low <= 1 && 1 <= high) covered++;
    }
    assert.ok(covered > 264 && covered < 297, `${covered} of 300`);
  });

  it('collapses on a constant, counts only resamples with a value, and refuses what gives none', () => {
    const cases = Array.from({ length: 6 }, (_, i) => ({ value: 4, name: `${i}` }));
    const options = { random: randomStream('constant'), resamples: 200 };
    const name = (item: { readonly value: number; readonly name: string }) => item.name;
    const constant = clusterBootstrap(cases, name, mean, options);
    assert.deepEqual([constant.low, constant.high, constant.standardError], [4, 4, 0]);
    const picky = clusterBootstrap(
      cases,
      name,
      (drawn) => (drawn.some((item) => item.name === '0') ? 1 : Number.NaN),
      options,
    );
    assert.ok(picky.resamples < 200 && picky.resamples > 80);
    assert.throws(() => clusterBootstrap([], name, mean, options), RangeError);
    assert.throws(() => clusterBootstrap(cases, () => 'one', mean, options), RangeError);
    assert.throws(() => clusterBootstrap(cases, name, () => Number.NaN, options), RangeError);
    assert.throws(() => clusterBootstrap(cases, name, mean, { ...options, level: 1 }), RangeError);
  });
});

describe('pairBootstrap', () => {
  /** All pairs of 14 models: each value is the sum of its models' own effects and noise. */
  const allPairs = (random: ReturnType<typeof randomStream>): Case[] => {
    const effects = Array.from({ length: 14 }, random.normal);
    return effects.flatMap((a, i) =>
      effects
        .slice(0, i)
        .map((b, j): Case => ({ value: a + b + random.normal() / 2, ends: [`${i}`, `${j}`] })),
    );
  };

  it('covers where pairs share models, as an interval over pairs does not', () => {
    const random = randomStream('pairs');
    let [byModel, byPair] = [0, 0];
    const runs = 120;
    for (let t = 0; t < runs; t++) {
      const cases = allPairs(random);
      const options = { random, resamples: 120, method: 'percentile' } as const;
      const wide = pairBootstrap(cases, ({ ends }) => ends, mean, { ...options, pools: 'one' });
      const narrow = clusterBootstrap(cases, ({ ends }) => ends.join(), mean, options);
      if (wide.low <= 0 && 0 <= wide.high) byModel++;
      if (narrow.low <= 0 && 0 <= narrow.high) byPair++;
    }
    assert.ok(byModel > 0.84 * runs, `${byModel} of ${runs}`);
    assert.ok(byPair < 0.7 * runs, `${byPair} of ${runs}`);
  });

  it('covers in crossed designs of two pools', () => {
    const random = randomStream('crossed');
    let covered = 0;
    const runs = 120;
    for (let t = 0; t < runs; t++) {
      const rows = Array.from({ length: 12 }, random.normal);
      const columns = Array.from({ length: 15 }, random.normal);
      const cases = rows.flatMap((a, i) =>
        columns.map((b, j): Case => ({ value: a + b + random.normal(), ends: [`${i}`, `${j}`] })),
      );
      const { low, high } = pairBootstrap(cases, ({ ends }) => ends, mean, {
        random,
        resamples: 120,
        method: 'percentile',
        pools: 'two',
      });
      if (low <= 0 && 0 <= high) covered++;
    }
    assert.ok(covered > 0.84 * runs && covered <= runs, `${covered} of ${runs}`);
  });

  it('is the cluster bootstrap where both ends are one cluster', () => {
    const random = randomStream('diagonal');
    const cases = Array.from(
      { length: 20 },
      (_, i): Case => ({ value: random.normal(), ends: [`${i}`, `${i}`] }),
    );
    const options = () => ({ random: randomStream('same'), resamples: 300 });
    const pairs = pairBootstrap(cases, ({ ends }) => ends, mean, { ...options(), pools: 'one' });
    const clusters = clusterBootstrap(cases, ({ ends }) => ends[0], mean, options());
    assert.ok(Math.abs(pairs.low - clusters.low) < 1e-12 && Math.abs(pairs.high - clusters.high) < 1e-12);
  });

  it('counts the smaller side as its sample size and refuses a side of one cluster', () => {
    const cases: Case[] = [0, 1, 2, 3, 4, 5].map((i) => ({ value: i, ends: [`${i % 2}`, `${i % 3}`] }));
    const options = { random: randomStream('sides'), resamples: 100, pools: 'two' } as const;
    assert.equal(pairBootstrap(cases, ({ ends }) => ends, mean, options).clusters, 2);
    assert.throws(() => pairBootstrap(cases, ({ ends }) => ['one', ends[1]], mean, options), RangeError);
  });
});
