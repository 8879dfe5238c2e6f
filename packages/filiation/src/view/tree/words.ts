import type { ClaimStatus, OriginStatement, TreeEdge } from '@filiation/weights';
import { amount } from '../html/format.ts';
import { printable, shorten } from '../printable.ts';

/** Marks that say without colour how a claim stands. */
export const STATUS_MARKS: Readonly<Record<ClaimStatus, string>> = {
  confirmed: '✓',
  contradicted: '✗',
  claimed: '?',
  silent: '',
};

export const STATUS_MEANING: Readonly<Record<ClaimStatus, string>> = {
  confirmed: 'claimed, and borne out by the weights',
  contradicted: 'claimed, and contradicted by the weights',
  claimed: 'claimed; the weights do not decide it',
  silent: 'found in the weights; nobody claims it',
};

/** What a statement states, in a few words; it comes from outside. */
export function statementWords({ ancestor, relation }: OriginStatement): string {
  if (ancestor === undefined) return 'trained from scratch';
  const how = relation === undefined || relation === 'unknown' ? '' : ` (${printable(relation)})`;
  return `from ${shorten(printable(ancestor), 60)}${how}`;
}

/** How the child came from the parent, in a few words. */
export function edgeWords(edge: TreeEdge): string {
  if (edge.kind === 'identical') return 'identical weights';
  if (edge.kind === 'shared-initialisation') return 'same initialisation';
  const mechanisms = edge.mechanisms.map(printable).join(', ');
  if (edge.kind === 'merge') {
    const share = edge.weight === undefined ? '' : ` ${amount(edge.weight, 2)}`;
    return `merge${share}${mechanisms === '' || mechanisms === 'merged' ? '' : `: ${mechanisms}`}`;
  }
  return mechanisms === '' ? 'descent' : mechanisms;
}

/** Whether a reader must be told that the data do not say which of the two came first. */
export function openDirection(edge: TreeEdge): boolean {
  return !edge.directed && (edge.kind === 'descent' || edge.kind === 'merge');
}
