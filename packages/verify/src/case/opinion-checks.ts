import type { PlanDocument } from '../claims/documents.ts';
import type { OpinionDocument } from '../claims/opinion-document.ts';
import type { OpinionClaim } from '../claims/predicates.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { JsonValue } from '../json.ts';
import type { FindingRecord } from './state.ts';

/**
 * Whether an opinion says what its log entry, its plan and its findings say: the rule and propositions of
 * the plan, the numbers of logged findings of planned runs, every finding listed or entered. How the rule
 * combines them is not computed again here; that needs the program that formed the opinion.
 */
export function opinionFaults(
  claim: OpinionClaim,
  document: OpinionDocument,
  plan: PlanDocument | undefined,
  findings: ReadonlyMap<string, FindingRecord>,
): string[] {
  const faults: string[] = [];
  const demand = (holds: boolean, fault: string): void => void (!holds && faults.push(fault));
  demand(
    document.plan === claim.plan && document.comparison === claim.comparison,
    'is on another plan or comparison than its log entry says',
  );
  demand(document.rule.combine === claim.rule, 'was formed by another rule than its log entry says');
  demand(document.sentence === claim.sentence, 'says another sentence than its log entry');
  if (plan !== undefined) {
    demand(sameRule(document, plan), 'was formed by a rule that is not the one of the plan');
    demand(same(document.propositions, plan.propositions), 'states other propositions than the plan');
  }
  for (const entry of document.entered) {
    const record = findings.get(entry.number);
    demand(
      record !== undefined && `sha256:${record.sha256}` === entry.digest,
      `rests on ${entry.number} by a digest that was not logged`,
    );
    if (record === undefined) continue;
    const { claim: logged } = record;
    demand(!logged.exploratory, `lets ${entry.number} decide, which is exploratory`);
    demand(
      logged.plan === claim.plan && logged.comparison === claim.comparison,
      `lets ${entry.number} decide, which is of another plan or comparison`,
    );
    demand(
      same(entry.test, logged.test) &&
        (entry.log10P === undefined || String(entry.log10P) === logged.log10P) &&
        (entry.ratio === undefined || String(entry.ratio.reported) === logged.log10LR),
      `gives another test or number for ${entry.number} than the log`,
    );
  }
  const named = new Set([...document.entered, ...document.listed].map(({ number }) => number));
  for (const [number, { claim: logged, index }] of findings)
    if (logged.plan === claim.plan && logged.comparison === claim.comparison && !logged.exploratory)
      demand(
        named.has(number),
        `is silent on ${number} (entry ${index}), a planned finding of its comparison`,
      );
  return faults;
}

/** The plan may hold remarks beside the rule; every part of the rule must be the plan's. */
function sameRule({ rule }: OpinionDocument, { opinion }: PlanDocument): boolean {
  return Object.entries(rule).every(([key, value]) => same(value, opinion[key]));
}

function same(a: unknown, b: unknown): boolean {
  return b !== undefined && canonicalJson(a as JsonValue) === canonicalJson(b as JsonValue);
}
