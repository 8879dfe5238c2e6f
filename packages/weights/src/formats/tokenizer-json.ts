import { FiliationError, type JsonObject, type JsonValue } from '@filiation/evidence';
import type { Tokenizer } from '../canonical/tokenizer.ts';
import { isJsonObject, parseJson } from './json-text.ts';
import { type TokenizerParts, tokenizerOf } from './tokenizer-facts.ts';

/** Token ids; the largest public vocabularies end near 2^18. Holes cost memory, hence the limit. */
const MAX_TOKENS = 2 ** 22;
/** Merge rules; the largest public lists have half a million. */
const MAX_MERGES = 2 ** 22;

type AddedToken = Tokenizer['added'][number];

/**
 * The text of a tokenizer.json (Hugging Face tokenizers: BPE, Unigram, WordPiece, WordLevel).
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED
 */
export function parseTokenizerJson(text: string, where: string, chatTemplate?: string): Tokenizer {
  const root = parseJson(text, where);
  const model = isJsonObject(root) ? root.model : undefined;
  if (!isJsonObject(root) || !isJsonObject(model)) throw malformed(where, 'it has no "model"');
  const vocabulary = readVocabulary(model.vocab, where);
  const added = readAdded(root.added_tokens, where);
  return tokenizerOf({
    kind: kindOf(model),
    vocabulary: withAdded(vocabulary, added),
    merges: readMerges(model.merges, where),
    added,
    chatTemplate,
  });
}

/** GPT-2's older pair of files. @throws FiliationError MALFORMED, LIMIT_EXCEEDED */
export function parseVocabularyAndMerges(
  vocabularyText: string,
  mergesText: string,
  where: string,
  added: readonly AddedToken[] = [],
  chatTemplate?: string,
): Tokenizer {
  const vocabulary = readVocabulary(parseJson(vocabularyText, where), where);
  const lines = mergesText.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'));
  return tokenizerOf({
    kind: 'bpe',
    vocabulary: withAdded(vocabulary, added),
    merges: readMerges(lines, where),
    added,
    chatTemplate,
  });
}

/** BERT's vocab.txt: one token a line, its id the line number. @throws FiliationError LIMIT_EXCEEDED */
export function parseVocabularyLines(text: string, where: string): Tokenizer {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length > MAX_TOKENS) throw tooMany(where, 'tokens', MAX_TOKENS);
  return tokenizerOf({
    kind: 'wordpiece',
    vocabulary: lines,
    merges: [],
    added: [],
    chatTemplate: undefined,
  });
}

/** `added_tokens_decoder` of tokenizer_config.json: tokens by id. */
export function readAddedDecoder(value: JsonValue | undefined, where: string): AddedToken[] {
  if (!isJsonObject(value)) return [];
  return readAdded(
    Object.entries(value).map(([id, token]) => (isJsonObject(token) ? { ...token, id: Number(id) } : token)),
    where,
  );
}

function kindOf(model: JsonObject): TokenizerParts['kind'] {
  const type = model.type;
  if (typeof type === 'string') {
    const known = new Map([
      ['BPE', 'bpe'],
      ['Unigram', 'unigram'],
      ['WordPiece', 'wordpiece'],
      ['WordLevel', 'word-level'],
    ]).get(type);
    return known ?? 'unknown';
  }
  // Files of tokenizers before 0.10 name no type.
  if (Array.isArray(model.merges)) return 'bpe';
  if (Array.isArray(model.vocab)) return 'unigram';
  return 'max_input_chars_per_word' in model ? 'wordpiece' : 'word-level';
}

/** Text by id, from `{text: id}` or (Unigram) `[[text, score], …]`. Of two texts with one id the first stays. */
function readVocabulary(value: JsonValue | undefined, where: string): (string | undefined)[] {
  if (Array.isArray(value)) {
    if (value.length > MAX_TOKENS) throw tooMany(where, 'tokens', MAX_TOKENS);
    return value.map((entry) => {
      const text = Array.isArray(entry) ? entry[0] : entry;
      if (typeof text !== 'string') throw malformed(where, 'a vocabulary entry is not text');
      return text;
    });
  }
  if (!isJsonObject(value)) throw malformed(where, 'it has no vocabulary');
  const entries = Object.entries(value);
  const size = entries.reduce((most, [, id]) => Math.max(most, tokenId(id, where) + 1), 0);
  const vocabulary = new Array<string | undefined>(size).fill(undefined);
  for (const [text, id] of entries) vocabulary[id as number] ??= text;
  return vocabulary;
}

function readMerges(value: JsonValue | undefined, where: string): string[] {
  if (!Array.isArray(value)) return [];
  if (value.length > MAX_MERGES) throw tooMany(where, 'merge rules', MAX_MERGES);
  return value.map((entry) => {
    // Newer files keep pairs, because a token may hold a space.
    const text: unknown = Array.isArray(entry) && entry.length === 2 ? `${entry[0]} ${entry[1]}` : entry;
    if (typeof text !== 'string') throw malformed(where, 'a merge rule is not text');
    return text;
  });
}

function readAdded(value: JsonValue | undefined, where: string): AddedToken[] {
  if (!Array.isArray(value)) return [];
  if (value.length > MAX_TOKENS) throw tooMany(where, 'added tokens', MAX_TOKENS);
  return value.map((entry) => {
    const text = isJsonObject(entry) ? entry.content : undefined;
    if (!isJsonObject(entry) || typeof text !== 'string')
      throw malformed(where, 'an added token has no text');
    return { id: tokenId(entry.id, where), text, special: entry.special === true };
  });
}

function withAdded(
  vocabulary: readonly (string | undefined)[],
  added: readonly AddedToken[],
): (string | undefined)[] {
  const size = added.reduce((most, { id }) => Math.max(most, id + 1), vocabulary.length);
  const out = Array.from({ length: size }, (_, id) => vocabulary[id]);
  for (const { id, text } of added) out[id] ??= text;
  return out;
}

function tokenId(value: JsonValue | undefined, where: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw malformed(where, 'a token id is not a whole number');
  if (value >= MAX_TOKENS) throw tooMany(where, 'token ids', MAX_TOKENS);
  return value;
}

function malformed(where: string, why: string): FiliationError {
  return new FiliationError('MALFORMED', `${where} is no tokenizer: ${why}`, {
    where,
    hint: 'Take the file from the model publisher again, or remove it: the tests of weights do without.',
  });
}

function tooMany(where: string, what: string, limit: number): FiliationError {
  return new FiliationError('LIMIT_EXCEEDED', `${where} has more than ${limit} ${what}`, { where });
}
