import type { PlanDocument, PlannedComparison } from '../claims/documents.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { CaseState, Logged, SeedRecord } from './state.ts';

/** The exhibits that a finding is about: subject and reference, without controls and candidates. */
export type Pair = string;

export function plannedPair({ exhibits }: PlannedComparison): Pair {
  return pairOf(exhibits.map(({ role, sha256 }) => ({ role, digest: `sha256:${sha256}` })));
}

export function pairOf(exhibits: readonly { readonly role?: unknown; readonly digest?: unknown }[]): Pair {
  return exhibits
    .filter(({ role }) => role === 'subject' || role === 'reference')
    .map(({ role, digest }) => `${role} ${digest}`)
    .sort()
    .join(' ');
}

/** A seed is of the kind that the plan says: drawn by both sides, or by a beacon's round. */
export function seedFaults({ seeds }: CaseState, { seed }: PlanDocument): string[] {
  if (seed.source === 'stated') return [];
  const known = seeds.get(seed.seed);
  if (known === undefined) return [`takes its seed from ${seed.seed}, which is not in the log`];
  const kind = seed.source === 'joint' ? 'commit' : 'beacon-choice';
  if (known.steps.some(({ claim }) => claim.step === kind)) return [];
  return [`calls ${seed.seed} a ${seed.source} seed, which it is not`];
}

/** What no log can say: that the beacon gave the value which a party logged for its round. */
export function beaconWord({ steps }: SeedRecord): string | undefined {
  const given = steps.find(({ claim }) => claim.step === 'beacon-value');
  const chosen = steps.find(({ claim }) => claim.step === 'beacon-choice')?.claim.beacon;
  if (given === undefined || chosen === undefined) return undefined;
  return `rests on what ${given.claim.actor} says that ${chosen.name} gave in round ${chosen.round} (${chosen.at}); compare entry ${given.index} with the beacon`;
}

/** A plan that was made when results on its exhibits were known is no test of them. */
export function priorFinding(
  index: number,
  { comparisons }: PlanDocument,
  earliest: ReadonlyMap<Pair, Logged<unknown> & { readonly number: string }>,
): string | undefined {
  for (const comparison of comparisons) {
    const known = earliest.get(plannedPair(comparison));
    if (known !== undefined && known.index < index)
      return `was fixed after finding ${known.number} on the exhibits of ${comparison.comparison} was logged (entry ${known.index}): whoever made it could know that result`;
  }
  return undefined;
}

/** Parameters that plan and finding both name have one value; a test may add what it derived. */
export function parameterFaults({ parameters }: PlannedComparison, found: JsonObject): string[] {
  return Object.keys(found)
    .filter((name) => Object.hasOwn(parameters, name) && !same(found[name], parameters[name]))
    .map((name) => `was computed with another value of the parameter ${JSON.stringify(name)} than planned`);
}

function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return canonicalJson(a as JsonValue) === canonicalJson(b as JsonValue);
}
