import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import fc from 'fast-check';
import { sentencePieceTokenizer } from './sentencepiece.ts';

/** Length-delimited field of a protocol buffer; short ones only. */
const field = (number: number, content: readonly number[]): number[] => [
  (number << 3) | 2,
  content.length,
  ...content,
];
const text = (value: string): number[] => field(1, [...new TextEncoder().encode(value)]);
const piece = (value: string, type?: number): number[] =>
  field(1, [...text(value), 0x15, 0, 0, 0x80, 0xbf, ...(type === undefined ? [] : [0x18, type])]);

const model = Uint8Array.from([
  ...piece('<unk>', 2),
  ...piece('<s>', 3),
  ...piece('▁the'),
  ...piece('<mine>', 4),
  ...field(2, [0x18, 2]),
]);

describe('tokenizer.model of SentencePiece', () => {
  it('gives pieces by id, control and user pieces as added, and the kind', () => {
    const tokenizer = sentencePieceTokenizer(model, 'tokenizer.model');
    assert.equal(tokenizer.kind, 'bpe');
    assert.deepEqual(tokenizer.vocabulary, ['<unk>', '<s>', '▁the', '<mine>']);
    assert.deepEqual(tokenizer.added, [
      { id: 1, text: '<s>', special: true },
      { id: 3, text: '<mine>', special: false },
    ]);
  });

  it('is refused where it is another file under that name', () => {
    const tiktoken = new TextEncoder().encode('IQ== 0\nIg== 1\n');
    for (const bytes of [tiktoken, new Uint8Array(0), Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1)])
      assert.throws(() => sentencePieceTokenizer(bytes, 'tokenizer.model'), { code: 'MALFORMED' });
  });

  it('survives any bytes and any cut with a tokenizer or one clear error', () => {
    const survives = (bytes: Uint8Array): void => {
      try {
        assert.ok(sentencePieceTokenizer(bytes, 'tokenizer.model').vocabulary.length > 0);
      } catch (error) {
        assert.ok(error instanceof FiliationError, String(error));
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), survives));
    fc.assert(
      fc.property(fc.nat(model.length - 1), fc.nat(255), fc.nat(model.length), (at, value, end) => {
        const bytes = model.slice(0, end);
        if (at < end) bytes[at] = value;
        survives(bytes);
      }),
    );
  });
});
