// Worst errors of the built package against a table of reference values:
//   python3 tails.py COUNT SEED > table.tsv; node compare.mjs table.tsv
import { readFileSync } from 'node:fs';
import * as stats from '../dist/index.js';

const urn = (population, marked, drawn) => ({ population, marked, drawn });
const TAILS = {
  normal: [(z) => stats.log10NormalTail(-z), stats.log10NormalTail],
  student: [(t, df) => stats.log10StudentTail(-t, df), stats.log10StudentTail],
  gamma: [stats.log10GammaLowerTail, stats.log10GammaTail],
  poisson: [stats.log10PoissonLowerTail, stats.log10PoissonTail],
  beta: [stats.log10BetaLowerTail, stats.log10BetaTail],
  binomial: [stats.log10BinomialLowerTail, stats.log10BinomialTail],
  hypergeometric: [
    (k, ...rest) => stats.log10HypergeometricLowerTail(k, urn(...rest)),
    (k, ...rest) => stats.log10HypergeometricTail(k, urn(...rest)),
  ],
};
const QUANTILES = {
  'clopper-pearson': (k, n, level) => {
    const { low, high } = stats.clopperPearson(k, n, level);
    return [low, high];
  },
  'beta-inverse': (p, a, b) => [stats.betaInverse(p, a, b)],
  'normal-quantile': (log10P) => [stats.normalQuantile(log10P)],
};

const worst = new Map();
function note(name, actual, expected) {
  const tiny = Math.abs(expected) < 1e-290 && Math.abs(actual) < 1e-290;
  const error = tiny ? 0 : Math.abs(actual - expected) / Math.abs(expected);
  const held = worst.get(name) ?? { values: 0, error: 0, lowest: 0 };
  held.values++;
  held.error = Math.max(held.error, error);
  held.lowest = Math.min(held.lowest, expected);
  worst.set(name, held);
}

for (const line of readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
  const [name, ...words] = line.split('\t');
  const numbers = words.map(Number);
  if (name in QUANTILES) {
    const inputs = numbers.slice(0, name === 'normal-quantile' ? 1 : 3);
    QUANTILES[name](...inputs).forEach((value, i) => {
      note(name, value, numbers[inputs.length + i]);
    });
    continue;
  }
  TAILS[name].forEach((tail, side) => {
    const expected = numbers.at(side - 2);
    const where = expected > Math.log10(0.5) ? 'above one half' : 'up to one half';
    note(`${name}, p ${where}`, tail(...numbers.slice(0, -2)), expected);
  });
}
for (const [name, { values, error, lowest }] of worst)
  console.log(
    `${name}: ${values} values, worst relative error ${error.toExponential(1)}, lowest ${lowest.toPrecision(3)}`,
  );
