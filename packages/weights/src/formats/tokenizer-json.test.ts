import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import fc from 'fast-check';
import { exampleModel } from '../test-support/examples.ts';
import { parseTokenizerJson, parseVocabularyAndMerges, parseVocabularyLines } from './tokenizer-json.ts';

const parse = (value: unknown) => parseTokenizerJson(JSON.stringify(value), 'tokenizer.json');

describe('tokenizer.json', () => {
  it('of a BPE has vocabulary, merges in order and added tokens', () => {
    const tokenizer = parse({
      model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 3 }, merges: ['a b'] },
      added_tokens: [{ id: 4, content: '<end>', special: true }],
    });
    assert.equal(tokenizer.kind, 'bpe');
    assert.deepEqual(tokenizer.vocabulary, ['a', 'b', undefined, 'ab', '<end>']);
    assert.deepEqual(tokenizer.merges, ['a b']);
    assert.deepEqual(tokenizer.added, [{ id: 4, text: '<end>', special: true }]);
  });

  it('reads newer merges, which are pairs, as the older text', () => {
    const older = parse({ model: { type: 'BPE', vocab: { a: 0 }, merges: ['a b', 'c d'] } });
    const newer = parse({
      model: {
        type: 'BPE',
        vocab: { a: 0 },
        merges: [
          ['a', 'b'],
          ['c', 'd'],
        ],
      },
    });
    assert.equal(newer.mergesDigest, older.mergesDigest);
  });

  it('of a Unigram takes ids from the order', () => {
    const tokenizer = parse({
      model: {
        type: 'Unigram',
        vocab: [
          ['<unk>', 0],
          ['▁a', -1.5],
        ],
      },
    });
    assert.deepEqual([tokenizer.kind, tokenizer.vocabulary], ['unigram', ['<unk>', '▁a']]);
    assert.equal(tokenizer.mergesDigest, undefined);
  });

  it('tells the kind of old files that do not name it', () => {
    assert.equal(parse({ model: { vocab: { a: 0 }, merges: [] } }).kind, 'bpe');
    assert.equal(parse({ model: { vocab: { a: 0 }, max_input_chars_per_word: 100 } }).kind, 'wordpiece');
    assert.equal(parse({ model: { vocab: { a: 0 } } }).kind, 'word-level');
  });

  it('keeps tokens named like properties of objects', () => {
    const text = '{"model": {"type": "BPE", "vocab": {"__proto__": 0, "constructor": 1}, "merges": []}}';
    assert.deepEqual(parseTokenizerJson(text, 'tokenizer.json').vocabulary, ['__proto__', 'constructor']);
  });

  for (const [what, value, code] of [
    ['no model', {}, 'MALFORMED'],
    ['no vocabulary', { model: { type: 'BPE' } }, 'MALFORMED'],
    ['an id that is no number', { model: { vocab: { a: 'x' } } }, 'MALFORMED'],
    ['a negative id', { model: { vocab: { a: -1 } } }, 'MALFORMED'],
    ['a fractional id', { model: { vocab: { a: 0.5 } } }, 'MALFORMED'],
    ['an id that would need gigabytes', { model: { vocab: { a: 2 ** 31 } } }, 'LIMIT_EXCEEDED'],
    [
      'an added id that would need gigabytes',
      { model: { vocab: {} }, added_tokens: [{ id: 1e12, content: 'x' }] },
      'LIMIT_EXCEEDED',
    ],
    ['merges that are no text', { model: { vocab: { a: 0 }, merges: [[1, 2, 3]] } }, 'MALFORMED'],
    ['an added token without text', { model: { vocab: {} }, added_tokens: [{ id: 0 }] }, 'MALFORMED'],
  ] as const)
    it(`with ${what} is refused`, () => {
      assert.throws(() => parse(value), { name: 'FiliationError', code });
    });

  it('nested without end is refused', () => {
    assert.throws(() => parseTokenizerJson('['.repeat(200_000), 'tokenizer.json'), {
      code: 'LIMIT_EXCEEDED',
    });
  });

  it('survives any JSON, and any change of a real file, with a tokenizer or one clear error', () => {
    const survives = (text: string): void => {
      try {
        const { vocabulary, merges } = parseTokenizerJson(text, 'tokenizer.json');
        assert.ok(Array.isArray(vocabulary) && Array.isArray(merges));
      } catch (error) {
        assert.ok(error instanceof FiliationError, String(error));
      }
    };
    fc.assert(fc.property(fc.json(), survives));
    const model = fc.record(
      { type: fc.jsonValue(), vocab: fc.jsonValue(), merges: fc.jsonValue() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.record({ model, added_tokens: fc.jsonValue() }), (value) =>
        survives(JSON.stringify(value)),
      ),
    );
    const real = readFileSync(join(exampleModel('base_A'), 'tokenizer.json'), 'utf8');
    fc.assert(
      fc.property(fc.nat(real.length - 1), fc.string({ maxLength: 8 }), (at, noise) =>
        survives(real.slice(0, at) + noise + real.slice(at + noise.length)),
      ),
      { numRuns: 60 },
    );
  });
});

describe('older tokenizer files', () => {
  it('are read as pairs of vocabulary and merges', () => {
    const tokenizer = parseVocabularyAndMerges(
      '{"a":0,"b":1,"ab":2}',
      '#version: 0.2\na b\r\n',
      'vocab.json',
    );
    assert.deepEqual([tokenizer.vocabulary, tokenizer.merges], [['a', 'b', 'ab'], ['a b']]);
  });

  it('are read as lines of tokens', () => {
    assert.deepEqual(parseVocabularyLines('[PAD]\n[UNK]\nthe\n', 'vocab.txt').vocabulary, [
      '[PAD]',
      '[UNK]',
      'the',
    ]);
  });
});
