import { createHash } from 'node:crypto';
import type { Tokenizer } from '../canonical/tokenizer.ts';

export type TokenizerParts = Pick<Tokenizer, 'kind' | 'vocabulary' | 'merges' | 'added' | 'chatTemplate'>;

/** A tokenizer with its digests: what every reader of tokenizer files ends with. */
export function tokenizerOf(parts: TokenizerParts): Tokenizer {
  return {
    ...parts,
    vocabularyDigest: digestOfLines(parts.vocabulary),
    mergesDigest: parts.merges.length === 0 ? undefined : digestOfLines(parts.merges),
    ...(parts.merges.length === 0 ? {} : { firstMergesDigest: firstMerges(parts.merges) }),
    chatTemplateDigest: parts.chatTemplate === undefined ? undefined : digestOfLines([parts.chatTemplate]),
  };
}

/** Merge rules that the catalogue's digest covers. */
const FIRST_MERGES = 50;

function firstMerges(merges: readonly string[]): string {
  const text = merges.slice(0, FIRST_MERGES).join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** 16 hex digits of SHA-256 over the entries as JSON strings, one a line; holes are empty lines. */
function digestOfLines(lines: readonly (string | undefined)[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line === undefined ? '\n' : `${JSON.stringify(line)}\n`);
  return hash.digest('hex').slice(0, 16);
}
