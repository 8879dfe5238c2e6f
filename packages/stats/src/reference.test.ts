import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clopperPearson } from './clopper-pearson.ts';
import {
  log10BinomialLowerTail,
  log10BinomialTail,
  log10PoissonLowerTail,
  log10PoissonTail,
} from './discrete-tails.ts';
import { log10HypergeometricLowerTail, log10HypergeometricTail } from './hypergeometric.ts';
import { betaInverse, normalQuantile } from './quantiles.ts';
import {
  log10BetaLowerTail,
  log10BetaTail,
  log10GammaLowerTail,
  log10GammaTail,
  log10NormalTail,
  log10StudentTail,
} from './tails.ts';
import { close, referenceLines } from './test-support/reference.ts';

type Tail = (...numbers: number[]) => number;

const urn = (population: number, marked: number, drawn: number) => ({ population, marked, drawn });
const TAILS: Record<string, readonly [lower: Tail, upper: Tail]> = {
  normal: [(z) => log10NormalTail(-z!), (z) => log10NormalTail(z!)],
  student: [(t, df) => log10StudentTail(-t!, df!), (t, df) => log10StudentTail(t!, df!)],
  gamma: [log10GammaLowerTail as Tail, log10GammaTail as Tail],
  poisson: [log10PoissonLowerTail as Tail, log10PoissonTail as Tail],
  beta: [log10BetaLowerTail as Tail, log10BetaTail as Tail],
  binomial: [log10BinomialLowerTail as Tail, log10BinomialTail as Tail],
  hypergeometric: [
    (k, n, marked, drawn) => log10HypergeometricLowerTail(k!, urn(n!, marked!, drawn!)),
    (k, n, marked, drawn) => log10HypergeometricTail(k!, urn(n!, marked!, drawn!)),
  ],
};

/** A tail of 10^-m carries an error of about m ln(10) roundings where its complement is next to 1. */
const ALLOWED = 1e-12;

describe('both tails against sixty-digit values (reference/tails.py)', () => {
  const lines = referenceLines('tails.tsv');
  for (const [name, tails] of Object.entries(TAILS))
    it(`${name}: from the middle to far below 1e-300, on both sides`, () => {
      const mine = lines.filter((line) => line.name === name);
      assert.ok(mine.length >= 40);
      for (const { numbers } of mine)
        tails.forEach((tail, side) => {
          close(tail(...numbers.slice(0, -2)), numbers.at(side - 2)!, ALLOWED);
        });
      assert.ok(name === 'hypergeometric' || Math.min(...mine.flatMap(({ numbers }) => numbers)) < -1000);
    });
});

describe('quantiles against sixty-digit values (reference/quantiles.py)', () => {
  const lines = (name: string) => referenceLines('quantiles.tsv').filter((line) => line.name === name);

  it('Clopper–Pearson ends up to a billion cases', () => {
    for (const { numbers } of lines('clopper-pearson')) {
      const [k, n, level, low, high] = numbers as [number, number, number, number, number];
      const interval = clopperPearson(k, n, level);
      close(interval.low, low, 1e-13);
      close(interval.high, high, 1e-13);
    }
  });

  it('beta and normal quantiles', () => {
    for (const { numbers } of lines('beta-inverse'))
      close(betaInverse(numbers[0]!, numbers[1]!, numbers[2]!), numbers[3]!, 1e-12);
    for (const { numbers } of lines('normal-quantile'))
      close(normalQuantile(numbers[0]!), numbers[1]!, 1e-12);
  });
});
