import { WORDING_RULES } from './wording-rules.ts';

/** A sentence that transposes the conditional, states a conclusion as fact, or judges persons. */
export interface Fault {
  readonly rule: string;
  readonly found: string;
  /** Offset in the text, in UTF-16 units. */
  readonly at: number;
  readonly why: string;
  readonly instead: string;
}

/** Words that deny what follows in the same sentence. */
const DENIAL = /\b(?:not|never|nor|neither|cannot|rather\s+than|instead\s+of)\b/iu;
/** How far before a hit a denial still governs it, in characters. */
const DENIAL_REACH = 60;
/** Longer texts are looked at in part only; limit of one human-written field, in characters. */
const MAX_LENGTH = 4_000_000;

/**
 * Looks for wording that no report may hold: every generated report is tested with it, and what people
 * write into a case is answered with warnings. Finds known phrases only; a clean result is no approval.
 * `text` is plain text: take markup away first.
 */
export function lintWording(text: string): Fault[] {
  const shown = text.slice(0, MAX_LENGTH);
  const faults = WORDING_RULES.flatMap((rule) =>
    [...shown.matchAll(rule.pattern)]
      .filter((match) => rule.unlessDenied !== true || !denied(shown, match.index))
      .map(
        (match): Fault => ({
          rule: rule.id,
          found: match[0],
          at: match.index,
          why: rule.why,
          instead: rule.instead,
        }),
      ),
  );
  return faults.sort((a, b) => a.at - b.at || a.rule.localeCompare(b.rule, 'en'));
}

function denied(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - DENIAL_REACH), at);
  return DENIAL.test(
    before.slice(Math.max(...['.', ';', '!', '?', '\n'].map((end) => before.lastIndexOf(end))) + 1),
  );
}
