import type { Tokenizer } from '../canonical/tokenizer.ts';
import { tokenizerOf } from './tokenizer-facts.ts';

type Metadata = Readonly<Record<string, unknown>>;

/** `tokenizer.ggml.model` in our words. SentencePiece files of Llama hold a BPE vocabulary. */
const KINDS: Readonly<Record<string, string>> = {
  gpt2: 'bpe',
  llama: 'bpe',
  gemma4: 'bpe',
  t5: 'unigram',
  bert: 'wordpiece',
};

/** Token types of GGUF (docs/gguf.md of ggml: `tokenizer.ggml.token_type`). */
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

/** How llama.cpp's converters fill ids that the vocabulary does not use. */
const FILLER = /^\[PAD\d+\]$/;

/** Keys that name a special token by id. */
const SPECIAL_ID = /^tokenizer\.ggml\.\w+_token_id$/;

/**
 * The tokenizer of a GGUF header; undefined where it has none. Ids that only a filler stands for are
 * holes. Added tokens are those of type control or unknown (special) and user-defined, and those that
 * a `…_token_id` key names. Merge rules are kept as written, "left right".
 */
export function ggufTokenizer(metadata: Metadata): Tokenizer | undefined {
  const tokens = metadata['tokenizer.ggml.tokens'];
  if (!Array.isArray(tokens) || !tokens.every((token) => typeof token === 'string')) return undefined;
  const model = metadata['tokenizer.ggml.model'];
  const types = metadata['tokenizer.ggml.token_type'];
  const typeOf = (id: number): unknown => (Array.isArray(types) ? types[id] : undefined);
  const vocabulary = tokens.map((token: string, id) =>
    typeOf(id) === UNUSED && FILLER.test(token) ? undefined : token,
  );
  const merges = metadata['tokenizer.ggml.merges'];
  const chatTemplate = metadata['tokenizer.chat_template'];
  return tokenizerOf({
    kind: typeof model === 'string' && Object.hasOwn(KINDS, model) ? KINDS[model]! : 'unknown',
    vocabulary,
    merges: Array.isArray(merges) ? merges.filter((rule) => typeof rule === 'string') : [],
    added: addedTokens(vocabulary, typeOf, specialIds(metadata)),
    chatTemplate: typeof chatTemplate === 'string' ? chatTemplate : undefined,
  });
}

function specialIds(metadata: Metadata): ReadonlySet<unknown> {
  return new Set(
    Object.entries(metadata)
      .filter(([key]) => SPECIAL_ID.test(key))
      .map(([, id]) => id),
  );
}

function addedTokens(
  vocabulary: readonly (string | undefined)[],
  typeOf: (id: number) => unknown,
  named: ReadonlySet<unknown>,
): Tokenizer['added'] {
  const added: Tokenizer['added'][number][] = [];
  vocabulary.forEach((text, id) => {
    const type = typeOf(id);
    const special = type === CONTROL || type === UNKNOWN || named.has(id);
    if (text !== undefined && (special || type === USER_DEFINED)) added.push({ id, text, special });
  });
  return added;
}
