import { compareText } from './bytes.ts';
import type { Check, CheckStatus, VerificationReport, VerifiedFacts } from './check.ts';
import { CHECK_GROUPS, type CheckGroup, TITLED_CHECKS, titleOf } from './check-titles.ts';

/** Checks of one id that came out one way. */
export interface CheckList {
  readonly id: string;
  readonly title: string;
  readonly checks: readonly Check[];
}

export interface PassedGroup {
  readonly name: string;
  readonly count: number;
  readonly rows: readonly { readonly id: string; readonly title: string; readonly count: number }[];
}

export interface VoucherRow {
  /** Entries of the log that are covered. */
  readonly size: number;
  /** `2026-05-01 10:00:00 UTC`; absent for the log itself, whose own time counts for nothing. */
  readonly at?: string;
  readonly name: string;
  readonly role: string;
}

const OF_A_PASS =
  'Nothing in this bundle was changed, added or taken away since it was sealed, and what the parties did is in the order shown. This does not show that what they wrote is true, or that their tests answer the question.';
const OF_ITS_OWN_WORD =
  'Whom to trust was read from the bundle itself: it agrees with itself. That it comes from these parties is shown only by their keys; compare them with those that they gave you.';
const OF_A_FAILURE =
  'Something in this bundle does not fit. Each failed check names the part; until it is explained, do not rely on that part, nor on what follows from it.';

const ROLES: Readonly<Record<VerifiedFacts['vouchers'][number]['kind'], string>> = {
  log: 'keeps the log; gives no time that an outsider confirms',
  witness: 'witness',
  'time-authority': 'time authority',
};

/** One line: how it came out. */
export function verdictLine(report: VerificationReport): string {
  const passed = Object.values(report.passed).reduce((sum, count) => sum + count, 0);
  const failed = countOf(report, 'failed');
  if (report.verdict === 'failed') return `Failed: ${failed} of ${checksIn(report, passed)} failed`;
  return `Passed: ${counted(passed, 'check')}, none failed`;
}

/** What the verdict means and what it does not: said with every verdict, on every screen. */
export function meaningOf({ verdict, checks }: VerificationReport): readonly string[] {
  if (verdict === 'failed') return [OF_A_FAILURE];
  return checks.some(({ id }) => id === 'policy.source') ? [OF_A_PASS, OF_ITS_OWN_WORD] : [OF_A_PASS];
}

/** What stands before the title of a check that did not pass. */
export const LEADS: Readonly<Record<Exclude<CheckStatus, 'passed'>, string>> = {
  failed: 'Not so:',
  warning: 'Not shown:',
  'not-checked': 'Not checked:',
};

function checksIn(report: VerificationReport, passed: number): string {
  return counted(passed + report.checks.filter(({ status }) => status === 'failed').length, 'check');
}

/** How many checks came out so; `200 or more` where they were too many to list. */
export function countOf(report: VerificationReport, status: CheckStatus): string {
  const found = report.checks.filter((check) => check.status === status);
  return `${found.length}${found.some(({ part }) => part === 'more') ? ' or more' : ''}`;
}

/** Checks that came out one way, by kind, in the order in which readers are told of them. */
export function checksBy(report: VerificationReport, status: CheckStatus): readonly CheckList[] {
  const lists = new Map<string, Check[]>();
  for (const check of report.checks) {
    if (check.status !== status) continue;
    const list = lists.get(check.id) ?? [];
    list.push(check);
    lists.set(check.id, list);
  }
  return [...lists]
    .sort(([p], [q]) => rank(p) - rank(q))
    .map(([id, checks]) => ({ id, title: titleOf(id).title, checks }));
}

/** How often each kind of check passed, in groups. */
export function passedGroups(report: VerificationReport): readonly PassedGroup[] {
  const groups = new Map<CheckGroup, { id: string; title: string; count: number }[]>();
  for (const [id, count] of Object.entries(report.passed).sort(([p], [q]) => rank(p) - rank(q))) {
    const { group, title } = titleOf(id);
    const rows = groups.get(group) ?? [];
    rows.push({ id, title, count });
    groups.set(group, rows);
  }
  return [...groups].map(([group, rows]) => ({
    name: CHECK_GROUPS[group],
    count: rows.reduce((sum, row) => sum + row.count, 0),
    rows,
  }));
}

/** Those who vouch for the log, earliest first, the log itself last. */
export function voucherRows({ vouchers }: VerifiedFacts): readonly VoucherRow[] {
  const row = ({ kind, name, size, at }: VerifiedFacts['vouchers'][number]): VoucherRow => ({
    size,
    name,
    role: ROLES[kind],
    ...(at === undefined ? {} : { at: timeWords(at) }),
  });
  const timed = vouchers.filter(({ at }) => at !== undefined);
  timed.sort((p, q) => compareText(p.at!, q.at!));
  return [...timed, ...vouchers.filter(({ at }) => at === undefined)].map(row);
}

/** RFC 3339 UTC as people read it. */
export function timeWords(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

function rank(id: string): number {
  const at = TITLED_CHECKS.indexOf(id);
  return at === -1 ? TITLED_CHECKS.length : at;
}
