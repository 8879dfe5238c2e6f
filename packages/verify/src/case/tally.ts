import type { Check } from '../check.ts';

/** Faults and warnings beyond this many of one kind are counted, not listed. */
const MAX_LISTED = 200;

export interface Tally {
  readonly report: (check: Check) => void;
  readonly checks: readonly Check[];
  readonly passed: Readonly<Record<string, number>>;
  readonly failed: number;
}

/** Gathers checks in bounded memory: passed ones as counts, others listed up to a limit for each id. */
export function startTally(): Tally {
  const checks: Check[] = [];
  const passed: Record<string, number> = {};
  const listed = new Map<string, number>();
  let failed = 0;
  return {
    checks,
    passed,
    get failed() {
      return failed;
    },
    report(check) {
      if (check.status === 'passed') {
        passed[check.id] = (passed[check.id] ?? 0) + 1;
        return;
      }
      if (check.status === 'failed') failed++;
      const key = `${check.id} ${check.status}`;
      const count = (listed.get(key) ?? 0) + 1;
      listed.set(key, count);
      if (count < MAX_LISTED) checks.push(check);
      else if (count === MAX_LISTED)
        checks.push({
          ...check,
          part: 'more',
          detail: 'further checks of this kind came out the same way; they are not listed',
        });
    },
  };
}
