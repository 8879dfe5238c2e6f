import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { log10BinomialTail } from './discrete-tails.ts';
import { logBinomial } from './gamma.ts';
import { log10HypergeometricLowerTail, log10HypergeometricTail, type Urn } from './hypergeometric.ts';
import { exactLog10, pascalRow } from './test-support/exact.ts';
import { close } from './test-support/reference.ts';

const urns = fc
  .tuple(fc.integer({ min: 1, max: 200 }), fc.nat(), fc.nat())
  .map(
    ([population, a, b]): Urn => ({ population, marked: a % (population + 1), drawn: b % (population + 1) }),
  );

describe('hypergeometric tails', () => {
  it('are sums of exact fractions', () => {
    fc.assert(
      fc.property(urns, fc.nat(), (urn, draw) => {
        const { population, marked, drawn } = urn;
        const [ours, others] = [pascalRow(marked), pascalRow(population - marked)];
        const least = Math.max(0, marked + drawn - population);
        const most = Math.min(marked, drawn);
        const k = least + (draw % (most - least + 1));
        const sum = (from: number, to: number) => {
          let total = 0n;
          for (let j = from; j <= to; j++) total += ours[j]! * others[drawn - j]!;
          return total;
        };
        const all = sum(least, most);
        close(log10HypergeometricTail(k, urn), exactLog10(sum(k, most), all), 1e-12);
        close(log10HypergeometricLowerTail(k, urn), exactLog10(sum(least, k), all), 1e-12);
      }),
    );
  });

  it("give Fisher's tea: four of four cups right has probability 1/70, three or more 17/70", () => {
    const cups: Urn = { population: 8, marked: 4, drawn: 4 };
    close(log10HypergeometricTail(4, cups), -Math.log10(70), 1e-14);
    close(log10HypergeometricTail(3, cups), Math.log10(17 / 70), 1e-14);
  });

  it('reach far below 1e-5000: every draw marked is one way in all', () => {
    const urn: Urn = { population: 1_000_000, marked: 20_000, drawn: 20_000 };
    close(log10HypergeometricTail(20_000, urn), -logBinomial(1_000_000, 20_000) / Math.LN10, 1e-12);
    assert.ok(log10HypergeometricTail(20_000, urn) < -42_000);
  });

  it('do not care which of two sets is called drawn, and grow binomial in a vast urn', () => {
    fc.assert(
      fc.property(urns, fc.nat(), (urn, draw) => {
        const k = draw % (Math.min(urn.marked, urn.drawn) + 1);
        const swapped = { ...urn, marked: urn.drawn, drawn: urn.marked };
        close(log10HypergeometricTail(k, urn), log10HypergeometricTail(k, swapped), 1e-11);
      }),
    );
    const vast: Urn = { population: 2e12, marked: 5e11, drawn: 30 };
    close(log10HypergeometricTail(20, vast), log10BinomialTail(20, 30, 0.25), 1e-9);
  });

  it('refuse what no urn can hold', () => {
    const urn: Urn = { population: 10, marked: 4, drawn: 8 };
    assert.equal(log10HypergeometricTail(1, urn), 0);
    assert.throws(() => log10HypergeometricTail(5, urn), RangeError);
    assert.throws(() => log10HypergeometricLowerTail(1, urn), RangeError);
    assert.throws(() => log10HypergeometricTail(1, { ...urn, marked: 11 }), RangeError);
    assert.throws(() => log10HypergeometricTail(Number.NaN, urn), RangeError);
  });
});
