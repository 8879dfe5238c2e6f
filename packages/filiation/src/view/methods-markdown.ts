import type { TestCard } from '@filiation/evidence';

/** Every test card as a page of documentation, in the order the tests run. */
export function methodsMarkdown(cards: readonly TestCard[]): string {
  const list = (items: readonly string[]) => items.map((item) => `- ${item}`);
  return [
    '# Methods: the test cards',
    '',
    'Written from the cards that the tests carry (`node scripts/make-methods.mjs`); the same text stands with every',
    'finding. *Exact*: valid by construction under the stated null. *Calibrated*: error rate measured on models of',
    'known parentage, see [error rates](error-rates.md). *Descriptive*: no error rate; shown, never combined.',
    '',
    '| test | question | kind |',
    '| --- | --- | --- |',
    ...cards.map(
      (card) => `| [\`${card.id}\`](#${card.id.replaceAll('.', '')}) | ${card.asks} | ${card.exactness} |`,
    ),
    '',
    ...cards.flatMap((card) => [
      `## ${card.id}`,
      '',
      `**${card.title}** (version ${card.version}, ${card.exactness}). ${card.asks}`,
      '',
      `Null hypothesis: ${card.nullHypothesis}`,
      '',
      'Assumes:',
      '',
      ...list(card.assumptions),
      '',
      'Blind to:',
      '',
      ...list(card.blindTo),
      '',
      `Source: ${card.source}`,
      '',
    ]),
  ].join('\n');
}
