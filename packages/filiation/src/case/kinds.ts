import { FiliationError } from '@filiation/evidence';
import type { CaseKind } from './kind.ts';
import { weightsKind } from './weights-kind.ts';

/** Every kind of evidence that a case can plan and run; a new kind is one more line. */
export const CASE_KINDS: readonly CaseKind[] = [weightsKind];

/** @throws FiliationError UNSUPPORTED */
export function kindOf(name: string): CaseKind {
  const kind = CASE_KINDS.find((entry) => entry.kind === name);
  if (kind === undefined)
    throw new FiliationError('UNSUPPORTED', `this version runs no comparisons of the kind ${name}`, {
      hint: `it runs ${CASE_KINDS.map((entry) => entry.kind).join(', ')}`,
    });
  return kind;
}
