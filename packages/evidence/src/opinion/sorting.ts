import { FiliationError } from '@filiation/verify';
import type { FindingDocument } from '../finding.ts';
import type { FindingEntry, ListedFinding } from './case-opinion.ts';
import { type OpinionRule, testsOfRule } from './rule.ts';

/** A finding with its place in the record, in the order of the log. */
export interface NumberedFinding extends FindingEntry {
  readonly finding: FindingDocument;
  /** Planned by another plan (one that was amended, say): listed, and never enters. */
  readonly otherPlan?: true;
}

export interface SortedFindings {
  /** At most one a test, in the rule's order. */
  readonly entering: readonly NumberedFinding[];
  readonly listed: readonly ListedFinding[];
  /** Tests of the rule found not testable on these exhibits. */
  readonly notTestable: readonly string[];
  /** Tests of the rule without any finding. */
  readonly missing: readonly string[];
}

/** Which findings enter the rule, and why the others do not. Nothing is left out silently. */
export function sortFindings(findings: readonly NumberedFinding[], rule: OpinionRule): SortedFindings {
  const wanted = testsOfRule(rule);
  const needsRatio = rule.combine === 'primary-lr' || rule.combine === 'lr-product';
  const taken = new Map<string, NumberedFinding>();
  const seen = new Set<string>();
  const notTestable = new Set<string>();
  const listed: ListedFinding[] = [];
  for (const entry of findings) {
    const { finding } = entry;
    const why =
      entry.otherPlan === true ? 'other-plan' : reasonToList(finding, { wanted, needsRatio, taken });
    if (!finding.exploratory && entry.otherPlan !== true) seen.add(finding.test.id);
    if (why === undefined) taken.set(finding.test.id, entry);
    else listed.push(listing(entry, why));
    if (why === 'not-testable') notTestable.add(finding.test.id);
  }
  const entering = wanted.flatMap((id) => taken.get(id) ?? []);
  checkOnePair(entering);
  return {
    entering,
    listed,
    // A test that a later run could do after all is paid for like any other.
    notTestable: wanted.filter((id) => notTestable.has(id) && !taken.has(id)),
    missing: wanted.filter((id) => !seen.has(id)),
  };
}

function reasonToList(
  finding: FindingDocument,
  known: {
    readonly wanted: readonly string[];
    readonly needsRatio: boolean;
    readonly taken: ReadonlyMap<string, NumberedFinding>;
  },
): ListedFinding['why'] | undefined {
  if (finding.exploratory) return 'exploratory';
  if (finding.status !== 'tested') return finding.status;
  if (!known.wanted.includes(finding.test.id)) return 'not-in-rule';
  // The first planned run counts: a second try must not be chosen for its result.
  if (known.taken.has(finding.test.id)) return 'repeat';
  if (finding.exactness === 'descriptive') return 'descriptive';
  if ((known.needsRatio ? finding.log10LR : finding.log10P) === undefined) return 'no-number';
  return undefined;
}

export function listing(entry: NumberedFinding, why: ListedFinding['why']): ListedFinding {
  const { number, digest, finding } = entry;
  return {
    number,
    digest,
    test: finding.test,
    status: finding.status,
    why,
    summary: finding.reason ?? finding.summary,
  };
}

/** One opinion speaks of one pair: findings on other exhibits answer another question. */
function checkOnePair(entering: readonly NumberedFinding[]): void {
  const pairOf = ({ finding }: NumberedFinding): string =>
    finding.exhibits
      .filter(({ role }) => role === 'subject' || role === 'reference')
      .map(({ role, digest }) => `${role} ${digest}`)
      .sort()
      .join(' ');
  const other = entering.find((entry) => pairOf(entry) !== pairOf(entering[0]!));
  if (other === undefined) return;
  throw new FiliationError(
    'USAGE',
    `findings ${entering[0]!.number} and ${other.number} look at different exhibits`,
    { hint: 'form one opinion for each pair of exhibits' },
  );
}
