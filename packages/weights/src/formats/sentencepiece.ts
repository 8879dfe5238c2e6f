import { FiliationError } from '@filiation/evidence';
import type { Tokenizer } from '../canonical/tokenizer.ts';
import { tokenizerOf } from './tokenizer-facts.ts';

/** Pieces; the largest public SentencePiece vocabularies have 262,144. */
const MAX_PIECES = 2 ** 22;

/** Field numbers and enums of sentencepiece_model.proto (google/sentencepiece). */
const MODEL_PIECES = 1;
const MODEL_TRAINER = 2;
const PIECE_TEXT = 1;
const PIECE_TYPE = 3;
const TRAINER_MODEL_TYPE = 3;
const KINDS: ReadonlyMap<number, string> = new Map([
  [1, 'unigram'],
  [2, 'bpe'],
  [3, 'word-level'],
  [4, 'unknown'],
]);
const TYPE_CONTROL = 3;
const TYPE_USER_DEFINED = 4;

/**
 * The vocabulary of a SentencePiece `tokenizer.model`. Merge rules are not in the file.
 * @throws FiliationError MALFORMED where it is no such file (Llama 3 keeps another format under this name).
 */
export function sentencePieceTokenizer(bytes: Uint8Array, where: string, chatTemplate?: string): Tokenizer {
  const vocabulary: string[] = [];
  const added: { id: number; text: string; special: boolean }[] = [];
  let kind = 'unigram';
  for (const field of fields(bytes, where)) {
    if (field.number === MODEL_TRAINER && field.bytes !== undefined)
      kind = modelKind(field.bytes, where) ?? kind;
    if (field.number !== MODEL_PIECES || field.bytes === undefined) continue;
    if (vocabulary.length >= MAX_PIECES)
      throw new FiliationError('LIMIT_EXCEEDED', `${where} has more than ${MAX_PIECES} pieces`, { where });
    const { text, type } = piece(field.bytes, where);
    if (type === TYPE_CONTROL || type === TYPE_USER_DEFINED)
      added.push({ id: vocabulary.length, text, special: type === TYPE_CONTROL });
    vocabulary.push(text);
  }
  if (vocabulary.length === 0) throw malformed(where);
  return tokenizerOf({ kind, vocabulary, merges: [], added, chatTemplate });
}

function piece(bytes: Uint8Array, where: string): { text: string; type: number } {
  let text: string | undefined;
  let type = 1;
  for (const field of fields(bytes, where)) {
    if (field.number === PIECE_TEXT && field.bytes !== undefined)
      text = new TextDecoder().decode(field.bytes);
    if (field.number === PIECE_TYPE) type = field.value;
  }
  if (text === undefined) throw malformed(where);
  return { text, type };
}

function modelKind(bytes: Uint8Array, where: string): string | undefined {
  for (const field of fields(bytes, where))
    if (field.number === TRAINER_MODEL_TYPE) return KINDS.get(field.value);
  return undefined;
}

interface Field {
  readonly number: number;
  /** Value of a varint field; 0 for others. */
  readonly value: number;
  /** Content of a length-delimited field. */
  readonly bytes?: Uint8Array;
}

/** Protocol-buffer wire format, every length checked against what is left. */
function* fields(bytes: Uint8Array, where: string): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      const byte = bytes[at++];
      if (byte === undefined) throw malformed(where);
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    throw malformed(where);
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (wire === 0) yield { number, value: varint() };
    else if (wire === 2) {
      const length = varint();
      if (length > bytes.length - at) throw malformed(where);
      yield { number, value: 0, bytes: bytes.subarray(at, at + length) };
      at += length;
    } else if (wire === 1 || wire === 5) {
      at += wire === 1 ? 8 : 4;
      if (at > bytes.length) throw malformed(where);
      yield { number, value: 0 };
    } else throw malformed(where);
  }
}

function malformed(where: string): FiliationError {
  return new FiliationError('MALFORMED', `${where} is no SentencePiece model`, {
    where,
    hint: 'Put the tokenizer.json of the model beside it.',
  });
}
