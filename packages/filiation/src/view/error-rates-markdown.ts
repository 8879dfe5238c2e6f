import type { ErrorRates, RateInterval, SimulatedNull } from '@filiation/weights';

export interface MarkdownOptions {
  readonly set: string;
  readonly software: string;
  /** Link the plots that are written beside the file. */
  readonly plots?: boolean;
}

/** Error rates as a page of documentation: numbers from a run, words from here. */
export function errorRatesMarkdown(
  rates: ErrorRates,
  simulated: readonly SimulatedNull[],
  options: MarkdownOptions,
): string {
  const plot = (name: string, text: string) =>
    options.plots === true ? [`![${text}](images/${name})`, ''] : [];
  return [
    '# Error rates of the weight tests',
    '',
    `Written by \`filiation calibrate\` (${options.software}) from the set \`${options.set}\`: ${rates.models} models, ${total(rates)} pairs.`,
    'Models are trained language models of recorded parentage. Pairs of one family share an ancestor and are not',
    'independent of each other: intervals resample whole families of initialisations, and a false-positive rate',
    'finer than one over the number of independent pairs cannot be seen with this set. An interval that ends at',
    '1.000 says that no family in this set was missed, not that none ever would be.',
    '',
    '## Opinions',
    '',
    ...opinionTable(rates),
    ...wrongPairs(rates),
    '## Primary tests: related against independent pairs',
    '',
    '| test | related | independent (families) | AUC | sensitivity at 1 % false positives | at 0.1 % | independent pairs with p ≤ 0.01 |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rates.tests.map(
      (test) =>
        `| \`${test.test}\` | ${test.related} | ${test.independent} (${test.independentFamilies}) | ${test.area.toFixed(4)} | ${interval(test.sensitivityAt1Percent)} | ${interval(test.sensitivityAt01Percent)} | ${(100 * test.falseAlarmsAtP01).toFixed(1)} % |`,
    ),
    '',
    'Disguised children (permuted, rotated) count among the related pairs: the order tests are blind to them by',
    'design, which is what their sensitivity shows, and `weights.match` and `weights.attention` are there for.',
    '',
    ...plot('roc.svg', 'Receiver operating characteristic of each primary test'),
    '## p-values of real independent pairs',
    '',
    'Reported p-values are bounds or tails of discrete counts, so points may lie above the diagonal (conservative),',
    'but must not fall below it.',
    '',
    ...plot('qq-real.svg', 'Quantile plot of the p-values of independent trained pairs'),
    '## p-values of simulated independent pairs',
    '',
    'Each exact test on simulated models that are alike in everything but the order of units, heads and channels.',
    'Discrete p-values are randomised, which makes them uniform if and only if the test is exact.',
    '',
    '| test | pairs | Kolmogorov–Smirnov distance | its p | reported p ≤ 0.05 | reported p ≤ 0.01 |',
    '| --- | --- | --- | --- | --- | --- |',
    ...simulated.map(
      (test) =>
        `| \`${test.test}\` | ${test.pairs} | ${test.distance.toFixed(4)} | ${(10 ** test.log10P).toFixed(3)} | ${percent(test.reportedAt05)} | ${percent(test.reportedAt01)} |`,
    ),
    '',
    ...plot('qq-simulated.svg', 'Quantile plot of the p-values of simulated independent pairs'),
  ].join('\n');
}

function total(rates: ErrorRates): number {
  return Object.values(rates.pairs).reduce((sum, count) => sum + count, 0);
}

const RELATIONS = ['identical', 'derived', 'shared-initialisation', 'no-evidence', 'not-testable'] as const;

function opinionTable(rates: ErrorRates): string[] {
  return [
    `| truth | pairs | ${RELATIONS.join(' | ')} |`,
    `| --- | --- | ${RELATIONS.map(() => '---').join(' | ')} |`,
    ...(Object.keys(rates.pairs) as (keyof ErrorRates['pairs'])[]).map((truth) => {
      const counts = RELATIONS.map((relation) => rates.opinions[truth][relation] ?? 0);
      return `| ${truth} | ${rates.pairs[truth]} | ${counts.join(' | ')} |`;
    }),
    '',
  ];
}

function wrongPairs(rates: ErrorRates): string[] {
  if (rates.wrong.length === 0) return ['No pair has an opinion that differs from its truth.', ''];
  return [
    'Pairs whose opinion differs from their truth:',
    '',
    ...rates.wrong.map((pair) => `- ${pair.a} and ${pair.b}: ${pair.truth}, opinion ${pair.opinion}`),
    '',
  ];
}

function interval(rate: RateInterval): string {
  return `${rate.value.toFixed(3)} (${rate.low.toFixed(3)} to ${rate.high.toFixed(3)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
