import type {
  DescentDirection,
  Exactness,
  FindingStatus,
  Question,
  WeightRelation,
} from '@filiation/evidence';
import { shorten } from '../printable.ts';
import { chanceParts } from './format.ts';
import { type Content, html, type Markup, trusted } from './markup.ts';

/** The words that pages and terminal use for the closed lists of the evidence types. */
export const RELATION_WORDS: Readonly<Record<WeightRelation, string>> = {
  identical: 'Identical weights',
  derived: 'Derived weights',
  'shared-initialisation': 'Shared initialisation',
  'no-evidence': 'No evidence of shared weights',
  'not-testable': 'Not testable',
};

export const EXACTNESS_MEANING: Readonly<Record<Exactness, string>> = {
  exact: 'the error rate holds by construction under the stated null hypothesis',
  calibrated: 'the error rate was measured on cases of known parentage',
  descriptive: 'no error rate: shown, never combined into an opinion',
};

export const STATUS_WORDS: Readonly<Record<FindingStatus, string>> = {
  tested: 'tested',
  'not-testable': 'not testable',
  failed: 'failed to run',
};

/** `A came first`, in terms of the two models' names. */
export function directionWords(direction: DescentDirection, reference: string, subject: string): string {
  if (direction === 'undetermined') return 'undetermined';
  const [first, then] = direction === 'reference-to-subject' ? [reference, subject] : [subject, reference];
  return `${first} came first, ${then} after it`;
}

/** A chance with its power of ten raised. */
export function chanceMarkup(log10P: number): Markup {
  const { qualifier, odds, exponent } = chanceParts(log10P);
  return html`<span class="chance">${qualifier !== '' && html`${qualifier} `}${odds}${exponent !== undefined && html`<sup>${exponent}</sup>`}</span>`;
}

/** A sentence whose powers of ten (`10^-12`) are raised. */
export function prose(text: string): Markup {
  return html`${text.split(/\b10\^([-−]?\d+)/).map((piece, index) => (index % 2 === 0 ? piece : html`10<sup>${piece.replace('-', '−')}</sup>`))}`;
}

/** A name out of a file: kept apart from the direction and the words of the text around it. Longer
 *  than `limit` characters it is shortened, with the whole as a tool tip. */
export function nameMarkup(name: string, limit: number = Number.POSITIVE_INFINITY): Markup {
  const shown = shorten(name, limit);
  return html`<bdi${shown !== name && html` title="${name}"`}>${shown === '' ? '(no name)' : shown}</bdi>`;
}

/** A text with its own line breaks, each line made printable. The element must keep white space. */
export function textLines(text: string): Content {
  return text
    .replace(/\n+$/, '')
    .split(/\r\n|[\r\n]/)
    .map((line, at) => [at > 0 && trusted('\n'), line]);
}

/** What a p-value is called in findings: in words where the null is independence. */
export function chanceLabel(question: Question): string {
  return question === 'weights' || question === 'artefacts'
    ? 'Chance if independent'
    : 'Chance under the null hypothesis';
}

/** Tick, ring or dash before a statement, with its meaning for those who do not see it. */
export function cue(kind: 'yes' | 'open' | 'none'): Markup {
  if (kind === 'yes') return html`<span class="cue" aria-hidden="true">✓</span>`;
  if (kind === 'open') return html`<span class="cue open" aria-hidden="true">○</span>`;
  return html`<span class="cue none" aria-hidden="true">–</span>`;
}

const SHAPES: Readonly<Record<WeightRelation, string>> = {
  identical: '<circle cx="8" cy="11" r="6.5"/><circle cx="14" cy="11" r="6.5"/>',
  derived:
    '<circle cx="6" cy="5" r="3.5" class="full"/><circle cx="16" cy="17" r="3.5"/><path d="M6 8.5v8.5h6.5"/>',
  'shared-initialisation':
    '<circle cx="5" cy="17" r="3.5"/><circle cx="17" cy="17" r="3.5"/><path d="M5 13.5v-3.5h12v3.5M11 10V3"/>',
  'no-evidence': '<circle cx="5" cy="11" r="3.8"/><circle cx="17" cy="11" r="3.8"/>',
  'not-testable': '<circle cx="11" cy="11" r="8" stroke-dasharray="3 3"/>',
};

export function relationIcon(relation: WeightRelation): Markup {
  return html`<svg class="icon" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">${trusted(SHAPES[relation] ?? '')}</svg>`;
}
