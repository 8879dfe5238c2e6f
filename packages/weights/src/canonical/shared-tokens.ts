import type { CanonicalModel } from './model.ts';

/** Rows of the two embeddings that stand for the same text. */
export interface SharedTokens {
  /** Same length; `reference[i]` and `subject[i]` are ids of one token. Ascending in `reference`. */
  readonly reference: Int32Array;
  readonly subject: Int32Array;
  /** `text`: equal spellings in both vocabularies; `id`: a tokenizer is missing, equal ids assumed. */
  readonly by: 'text' | 'id';
}

/** Tokens both vocabularies have. Without both tokenizers, equal ids are taken where sizes agree. */
export function sharedTokens(reference: CanonicalModel, subject: CanonicalModel): SharedTokens {
  const rowsA = reference.find('embedding')?.rows ?? 0;
  const rowsB = subject.find('embedding')?.rows ?? 0;
  if (reference.tokenizer === undefined || subject.tokenizer === undefined) {
    const ids = Int32Array.from({ length: rowsA === rowsB ? rowsA : 0 }, (_, id) => id);
    return { reference: ids, subject: ids, by: 'id' };
  }
  const idsOfText = new Map<string, number>();
  subject.tokenizer.vocabulary.forEach((text, id) => {
    if (text !== undefined && id < rowsB) idsOfText.set(text, id);
  });
  const a: number[] = [];
  const b: number[] = [];
  reference.tokenizer.vocabulary.forEach((text, id) => {
    const other = text === undefined || id >= rowsA ? undefined : idsOfText.get(text);
    if (other !== undefined) {
      a.push(id);
      b.push(other);
    }
  });
  return { reference: Int32Array.from(a), subject: Int32Array.from(b), by: 'text' };
}
