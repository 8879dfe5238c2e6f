/** Facts of a tokenizer, from tokenizer.json, a GGUF header or a SentencePiece vocabulary. */
export interface Tokenizer {
  /** `bpe`, `unigram`, `wordpiece`, `word-level` or `unknown`. */
  readonly kind: string;
  /** Token text by id; undefined for holes. Spellings are the file's own (byte-level or `▁`). */
  readonly vocabulary: readonly (string | undefined)[];
  /** Merge rules in order, as "left right"; empty where the kind has none. */
  readonly merges: readonly string[];
  /** Special and added tokens with ids. */
  readonly added: readonly { readonly id: number; readonly text: string; readonly special: boolean }[];
  readonly chatTemplate: string | undefined;
  /** Short digests for display and comparison. */
  readonly vocabularyDigest: string;
  readonly mergesDigest: string | undefined;
  /** First 64 bits of SHA-256, in hex, over the first 50 merge rules joined by line feeds: how the
   *  catalogue of public tokenizers names them. */
  readonly firstMergesDigest?: string;
  readonly chatTemplateDigest: string | undefined;
}
