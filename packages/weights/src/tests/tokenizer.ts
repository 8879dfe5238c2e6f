import type { Alternative, JsonObject, TableFigure, TestOutcome } from '@filiation/evidence';
import {
  CATALOGUE_SOURCE,
  type CatalogueModel,
  FAMILIES_WITH_MERGES,
  familiesOf,
  modelsWithMerges,
  surprisal,
} from '../artefacts/catalogue.ts';
import {
  compareTokenizers,
  type SetComparison,
  type TokenizerComparison,
} from '../artefacts/compare-tokenizers.ts';
import type { Tokenizer } from '../canonical/tokenizer.ts';
import type { PairContext } from '../context.ts';
import type { WeightTest } from '../weight-test.ts';

const parameters: JsonObject = { catalogue: CATALOGUE_SOURCE };

export const tokenizerTest: WeightTest = {
  card: {
    id: 'artefacts.tokenizer',
    version: '1',
    title: 'Tokenizers',
    question: 'artefacts',
    asks: 'Do the models cut text into the same pieces, learnt in the same order, and who else does?',
    nullHypothesis: 'Both tokenizers come from common public sources, or were trained apart.',
    assumptions: [
      'The order of merge rules follows from the text a tokenizer was trained on, so that two trained apart agree in the frequent rules but not in their exact order.',
      `A tokenizer is called public if one of the catalogue's models has as many merge rules, beginning with the same fifty.`,
    ],
    exactness: 'descriptive',
    blindTo: [
      'copied weights under another tokenizer',
      'whether a tokenizer that is not in the catalogue is public all the same',
      'merge order of tokenizers that keep none (Unigram, WordPiece, SentencePiece files)',
    ],
    source: `Vocabulary overlap, Kendall's tau of merge rules; catalogue facts: ${CATALOGUE_SOURCE}`,
  },
  run: (pair) => Promise.resolve(runTokenizerTest(pair)),
};

function runTokenizerTest({ reference, subject }: PairContext): TestOutcome {
  const a = reference.tokenizer;
  const b = subject.tokenizer;
  if (a === undefined || b === undefined) return notTestable(a === undefined ? reference.name : subject.name);
  const comparison = compareTokenizers(a, b);
  const known = publicUsers(a, b);
  const families = familiesOf(known);
  const bits = surprisal({ families: families.length, known: FAMILIES_WITH_MERGES });
  return {
    status: 'tested',
    statistic: { name: 'vocabulary Jaccard index', value: comparison.jaccard, n: comparison.sharedTokens },
    ...(comparison.merges?.tau === undefined
      ? {}
      : { effect: { name: "Kendall's tau of shared merge rules", value: comparison.merges.tau } }),
    figures: [comparisonTable(a, b, comparison)],
    alternatives: alternatives(comparison, families),
    parameters,
    facts: {
      ...facts(comparison),
      publicModels: known.map(({ model }) => model),
      publicFamilies: [...families],
      ...(sameMerges(a, b) ? { bits } : {}),
    },
    summary: summary(comparison, sameMerges(a, b), families, bits),
  };
}

function notTestable(name: string): TestOutcome {
  return {
    status: 'not-testable',
    reason: `${name} has no tokenizer that could be read: put its tokenizer.json beside the weights`,
    alternatives: [],
    parameters,
    summary: 'The tokenizers could not be compared.',
  };
}

function sameMerges(a: Tokenizer, b: Tokenizer): boolean {
  return a.mergesDigest !== undefined && a.mergesDigest === b.mergesDigest;
}

/** Public models with the merge rules that both share. */
function publicUsers(a: Tokenizer, b: Tokenizer): readonly CatalogueModel[] {
  if (!sameMerges(a, b) || a.firstMergesDigest === undefined) return [];
  return modelsWithMerges(a.merges.length, a.firstMergesDigest);
}

function comparisonTable(a: Tokenizer, b: Tokenizer, c: TokenizerComparison): TableFigure {
  const sets = ({ shared }: SetComparison): string => `${shared} shared`;
  const percent = (share: number | undefined): string =>
    share === undefined ? 'none shared' : `${(100 * share).toFixed(1)} %`;
  return {
    id: 'tokenizer-comparison',
    kind: 'table',
    title: 'Tokenizers side by side',
    caption:
      'Equal merge rules in equal order come from one training run of a tokenizer. Tokenizers are shared freely, so this says little about weights unless hardly anybody else uses the same one.',
    columns: ['property', 'reference', 'subject', 'agreement'],
    rows: [
      ['kind', a.kind, b.kind, a.kind === b.kind ? 'same' : 'different'],
      ['tokens', c.tokensA, c.tokensB, `${c.sharedTokens} shared, Jaccard ${c.jaccard.toFixed(3)}`],
      ['same id, of shared tokens', '', '', percent(c.sameIds)],
      [
        'merge rules',
        a.merges.length,
        b.merges.length,
        c.merges === undefined ? 'none to compare' : `${c.merges.shared} shared`,
      ],
      ['first merge rules alike', '', '', c.merges?.commonPrefix ?? null],
      [
        "order of shared merges (Kendall's tau)",
        '',
        '',
        c.merges?.tau === undefined ? null : c.merges.tau.toFixed(4),
      ],
      ['special tokens', c.special.a, c.special.b, sets(c.special)],
      ['other added tokens', c.added.a, c.added.b, sets(c.added)],
      ['chat template', a.chatTemplateDigest ?? 'none', b.chatTemplateDigest ?? 'none', templateText(c)],
    ],
  };
}

function templateText({ sameChatTemplate }: TokenizerComparison): string {
  if (sameChatTemplate === undefined) return 'neither has one';
  return sameChatTemplate ? 'same' : 'different';
}

function facts(c: TokenizerComparison): JsonObject {
  return {
    identical: c.identical,
    jaccard: c.jaccard,
    sharedTokens: c.sharedTokens,
    ...(c.sameIds === undefined ? {} : { sameIds: c.sameIds }),
    ...(c.merges === undefined
      ? {}
      : {
          sharedMerges: c.merges.shared,
          commonMergePrefix: c.merges.commonPrefix,
          ...(c.merges.tau === undefined ? {} : { mergeTau: c.merges.tau }),
        }),
    specialTokens: { ...c.special },
    addedTokens: { ...c.added },
    ...(c.sameChatTemplate === undefined ? {} : { sameChatTemplate: c.sameChatTemplate }),
  };
}

function alternatives(c: TokenizerComparison, families: readonly string[]): Alternative[] {
  if (c.jaccard === 0) return [];
  const explanation =
    families.length > 0
      ? `both took a public tokenizer, which ${families.length} public families use`
      : 'both took one tokenizer, or the text to train it on, from a source outside the catalogue';
  return [{ explanation, ruledOut: false }];
}

function summary(
  c: TokenizerComparison,
  sameOrder: boolean,
  families: readonly string[],
  bits: number,
): string {
  if (c.identical || sameOrder) {
    const what = c.identical
      ? 'The tokenizers are the same'
      : 'The merge rules are the same, the vocabularies differ';
    if (c.merges === undefined)
      return `${what}; without merge rules the catalogue cannot say who else uses them.`;
    return families.length === 0
      ? `${what}, and none of the ${FAMILIES_WITH_MERGES} public families with merge rules in the catalogue uses it (${bits.toFixed(1)} bits).`
      : `${what}, which is the tokenizer of ${families.length} of ${FAMILIES_WITH_MERGES} public families too (${bits.toFixed(1)} bits).`;
  }
  const order =
    c.merges?.tau === undefined
      ? ''
      : `; of ${c.merges.shared} shared merge rules the first ${c.merges.commonPrefix} agree in order (tau ${c.merges.tau.toFixed(2)})`;
  return `The vocabularies share ${c.sharedTokens} tokens (Jaccard ${c.jaccard.toFixed(2)})${order}.`;
}
