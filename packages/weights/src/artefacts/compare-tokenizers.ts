import type { Tokenizer } from '../canonical/tokenizer.ts';
import { compareMerges, type MergeOrder } from './merge-order.ts';

export interface TokenizerComparison {
  readonly tokensA: number;
  readonly tokensB: number;
  readonly sharedTokens: number;
  /** Shared over all, in [0, 1]. */
  readonly jaccard: number;
  /** Share of the shared tokens that have the same id; undefined where none is shared. */
  readonly sameIds: number | undefined;
  readonly merges: MergeOrder | undefined;
  readonly special: SetComparison;
  /** Added tokens that are not special. */
  readonly added: SetComparison;
  /** Undefined where neither has a chat template. */
  readonly sameChatTemplate: boolean | undefined;
  readonly identical: boolean;
}

export interface SetComparison {
  readonly a: number;
  readonly b: number;
  readonly shared: number;
}

export function compareTokenizers(a: Tokenizer, b: Tokenizer): TokenizerComparison {
  const idsA = idsByText(a);
  const idsB = idsByText(b);
  let shared = 0;
  let sameId = 0;
  for (const [text, id] of idsA) {
    const other = idsB.get(text);
    if (other === undefined) continue;
    shared++;
    if (other === id) sameId++;
  }
  const union = idsA.size + idsB.size - shared;
  return {
    tokensA: idsA.size,
    tokensB: idsB.size,
    sharedTokens: shared,
    jaccard: union === 0 ? 0 : shared / union,
    sameIds: shared === 0 ? undefined : sameId / shared,
    merges: a.merges.length === 0 || b.merges.length === 0 ? undefined : compareMerges(a.merges, b.merges),
    special: compareAdded(a, b, true),
    added: compareAdded(a, b, false),
    sameChatTemplate:
      a.chatTemplate === undefined && b.chatTemplate === undefined
        ? undefined
        : a.chatTemplate === b.chatTemplate,
    identical: a.vocabularyDigest === b.vocabularyDigest && a.mergesDigest === b.mergesDigest,
  };
}

function idsByText({ vocabulary }: Tokenizer): Map<string, number> {
  const ids = new Map<string, number>();
  vocabulary.forEach((text, id) => {
    if (text !== undefined && !ids.has(text)) ids.set(text, id);
  });
  return ids;
}

function compareAdded(a: Tokenizer, b: Tokenizer, special: boolean): SetComparison {
  const of = (tokenizer: Tokenizer): Set<string> =>
    new Set(tokenizer.added.filter((token) => token.special === special).map(({ text }) => text));
  const left = of(a);
  const right = of(b);
  return { a: left.size, b: right.size, shared: [...left].filter((text) => right.has(text)).length };
}
