import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, TestOutcome } from '@filiation/evidence';
import { memoryModel } from '../canonical/memory-model.ts';
import type { Tokenizer } from '../canonical/tokenizer.ts';
import { tokenizerOf } from '../formats/tokenizer-facts.ts';
import { plainKernel } from '../kernel/plain.ts';
import { openModel } from '../open-model.ts';
import { pairContext } from '../pair.ts';
import { exampleModel } from '../test-support/examples.ts';
import { tokenizerTest } from './tokenizer.ts';

const base = {
  kind: 'bpe',
  vocabulary: ['<s>', 'a', 'b', 'ab', 'abb'],
  merges: ['a b', 'ab b'],
  added: [{ id: 0, text: '<s>', special: true }],
  chatTemplate: undefined,
};

function compare(a: Tokenizer | undefined, b: Tokenizer | undefined): Promise<TestOutcome> {
  const model = (name: string, tokenizer: Tokenizer | undefined) =>
    memoryModel({ name, tensors: [], ...(tokenizer === undefined ? {} : { tokenizer }) });
  return tokenizerTest.run(
    pairContext({ reference: model('A', a), subject: model('B', b), kernel: plainKernel() }),
  );
}

describe('artefacts.tokenizer', () => {
  it('sees one tokenizer in two models and gives no p-value for it', async () => {
    const outcome = await compare(tokenizerOf(base), tokenizerOf(base));
    assert.deepEqual(outcome.statistic, { name: 'vocabulary Jaccard index', value: 1, n: 5 });
    assert.equal(outcome.effect?.value, 1);
    assert.equal(outcome.log10P, undefined);
    assert.match(outcome.summary, /^The tokenizers are the same, and none of/);
  });

  it('says who else uses it', async () => {
    // The catalogue knows GPT-2's tokenizer by the digest of its first rules and their number.
    const gpt2 = {
      ...tokenizerOf({ ...base, merges: Array.from({ length: 50000 }, (_, i) => `m ${i}`) }),
      firstMergesDigest: '8ccd0747ca3d0ceb',
    };
    const outcome = await compare(gpt2, gpt2);
    assert.match(outcome.summary, /tokenizer of \d+ of \d+ public families/);
    assert.ok(((outcome.facts as JsonObject).publicModels as string[]).includes('gpt2'));
    assert.match(outcome.alternatives[0]!.explanation, /public tokenizer/);
  });

  it('measures what two tokenizers share', async () => {
    const other = tokenizerOf({
      ...base,
      vocabulary: ['a', 'b', 'ab', 'ba', '<s>', '<chat>'],
      merges: ['b a', 'a b', 'ab b'],
      added: [...base.added, { id: 5, text: '<chat>', special: false }],
      chatTemplate: '{{ messages }}',
    });
    const outcome = await compare(tokenizerOf(base), other);
    const facts = outcome.facts as JsonObject;
    assert.deepEqual(
      [facts.jaccard, facts.sameIds, facts.sharedMerges, facts.commonMergePrefix, facts.mergeTau],
      [4 / 7, 0, 2, 0, 1],
    );
    assert.deepEqual(facts.addedTokens, { a: 0, b: 1, shared: 0 });
    assert.equal(facts.sameChatTemplate, false);
    assert.match(outcome.summary, /share 4 tokens/);
  });

  it('cannot be run where a tokenizer is missing', async () => {
    const outcome = await compare(tokenizerOf(base), undefined);
    assert.equal(outcome.status, 'not-testable');
    assert.match(outcome.reason!, /B has no tokenizer/);
  });

  it('compares the tokenizers of real models', async () => {
    const [a, b] = await Promise.all([openModel(exampleModel('base_A')), openModel(exampleModel('A_ft'))]);
    const outcome = await tokenizerTest.run(
      pairContext({ reference: a!, subject: b!, kernel: plainKernel() }),
    );
    await Promise.all([a!.store.close(), b!.store.close()]);
    assert.equal((outcome.facts as JsonObject).identical, true);
    assert.equal((outcome.facts as JsonObject).commonMergePrefix, 1791);
  });
});
