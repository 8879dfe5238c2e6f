import type { Claim } from './claim.ts';

const PARTS = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):/;

/**
 * Milliseconds since 1970 of an RFC 3339 time; NaN for a day or hour that no calendar has. `Date.parse`
 * alone takes 30 February for 2 March in some engines and for nothing in others.
 */
export function instantOf(text: string): number {
  const [year = 0, month = 0, day = 0, hour = 0] = (PARTS.exec(text)?.slice(1) ?? []).map(Number);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= days && hour <= 23 ? Date.parse(text) : Number.NaN;
}

/** Times that a claim speaks of, besides the one at which it says it was made. */
export function timesIn(claim: Claim): readonly string[] {
  switch (claim.name) {
    case 'case':
      return claim.predicate.deadlines.map(({ due }) => due);
    case 'deadline':
      return [claim.predicate.deadline.due];
    case 'exhibit':
      return [claim.predicate.receivedAt];
    case 'custody':
      return [claim.predicate.transferredAt];
    case 'seed':
      return claim.predicate.beacon === undefined ? [] : [claim.predicate.beacon.at];
    default:
      return [];
  }
}
