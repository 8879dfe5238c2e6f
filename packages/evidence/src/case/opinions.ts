import {
  FiliationError,
  type JsonObject,
  nextNumber,
  OPINION_SCHEMA,
  type PlannedComparison,
  schemaFaults,
} from '@filiation/verify';
import type { TestCard } from '../card.ts';
import type { CalibrationFacts } from '../opinion/bound.ts';
import type { CaseOpinion, OpinionReading } from '../opinion/case-opinion.ts';
import { formOpinions } from '../opinion/form-opinions.ts';
import { checkOpinionRule } from '../opinion/rule.ts';
import type { NumberedFinding } from '../opinion/sorting.ts';
import { type Actor, type CaseFolder, draft } from './case-folder.ts';
import { prepareDocument, readDocument } from './documents.ts';
import { planOf } from './plans.ts';
import { findingOf } from './runs.ts';

export interface OpinionsRequest {
  readonly plan: string;
  readonly cards: readonly TestCard[];
  readonly calibrations?: readonly CalibrationFacts[];
  /** What the evidence kind adds: mechanisms, direction, a third explanation. */
  readonly reading?: (
    comparison: PlannedComparison,
    findings: readonly NumberedFinding[],
  ) => OpinionReading | undefined;
}

/** An opinion on one comparison of a plan, and the findings it was formed from. */
export interface PlanOpinion {
  readonly comparison: string;
  readonly opinion: CaseOpinion;
  readonly findings: readonly NumberedFinding[];
}

/**
 * Forms the opinions on all comparisons of a plan by its rule, within its error budget. Findings of planned
 * runs of this plan enter; exploratory findings and those of other plans on the same pair are listed in the
 * opinion and never enter.
 * @param before only findings logged before this entry: what an opinion logged there could know
 * @throws FiliationError CONFLICT where a comparison has no planned finding
 */
export async function planOpinions(
  of: CaseFolder,
  request: OpinionsRequest,
  before: number = Number.POSITIVE_INFINITY,
): Promise<readonly PlanOpinion[]> {
  const plan = await planOf(of, request.plan);
  const rows: { readonly comparison: PlannedComparison; readonly findings: readonly NumberedFinding[] }[] =
    [];
  for (const comparison of plan.comparisons)
    rows.push({ comparison, findings: await findingsOf(of, request.plan, comparison, before) });
  const opinions = formOpinions(
    rows.map(({ comparison, findings }) => {
      const own = findings.filter(({ otherPlan }) => otherPlan !== true);
      const reading = request.reading?.(comparison, own);
      return {
        question: of.state.opening!.claim.question,
        propositions: plan.propositions,
        plan: request.plan,
        comparison: comparison.comparison,
        exhibits: own[0]!.finding.exhibits,
        rule: checkOpinionRule(plan.opinion),
        findings,
        cards: request.cards,
        ...(request.calibrations === undefined ? {} : { calibrations: request.calibrations }),
        ...(reading === undefined ? {} : { reading }),
      };
    }),
    plan.errorBudget,
  );
  return rows.map(({ comparison, findings }, at) => ({
    comparison: comparison.comparison,
    opinion: opinions[at]!,
    findings,
  }));
}

/**
 * Forms the opinions of a plan and logs them, one for each comparison. An opinion that says what a logged
 * one says is not logged again.
 * @throws FiliationError CONFLICT where a comparison has no planned finding
 */
export async function registerOpinions(
  of: CaseFolder,
  actor: Actor,
  request: OpinionsRequest,
): Promise<
  readonly { readonly number: string; readonly comparison: string; readonly opinion: CaseOpinion }[]
> {
  const logged = [];
  for (const { comparison, opinion, findings } of await planOpinions(of, request)) {
    const kept = prepareDocument(of.folder, 'opinions', opinion as unknown as JsonObject);
    const { sha256 } = kept.subject.digest;
    const [standing] = [...of.state.opinions].find(([, record]) => record.sha256 === sha256) ?? [];
    if (standing !== undefined) {
      logged.push({ number: standing, comparison, opinion });
      continue;
    }
    const number = nextNumber(of.state, 'O');
    const rests = findings
      .filter(({ finding, otherPlan }) => !finding.exploratory && otherPlan !== true)
      .map(({ number: name, digest }) => ({ name, digest: { sha256: digest.slice('sha256:'.length) } }));
    await of.add(
      actor,
      [
        draft('opinion', [kept.subject, ...rests], {
          opinion: number,
          plan: request.plan,
          comparison,
          rule: opinion.rule.combine,
          sentence: opinion.sentence,
        }),
      ],
      kept.store,
    );
    logged.push({ number, comparison, opinion });
  }
  return logged;
}

/** Findings on the exhibits of a comparison, in the order of the log. */
async function findingsOf(
  of: CaseFolder,
  plan: string,
  comparison: PlannedComparison,
  before: number,
): Promise<NumberedFinding[]> {
  const found: NumberedFinding[] = [];
  const pair = pairOf(comparison.exhibits.map(({ role, sha256 }) => ({ role, digest: `sha256:${sha256}` })));
  const inQuestion = comparison.exhibits
    .filter(({ role }) => role === 'subject' || role === 'reference')
    .map(({ sha256 }) => sha256);
  for (const [number, record] of of.state.findings) {
    if (record.index >= before || !inQuestion.every((sha256) => record.exhibits.includes(sha256))) continue;
    const own = record.claim.plan === plan && record.claim.comparison === comparison.comparison;
    const finding = await findingOf(of, number);
    // Other findings on the same pair are shown beside, so that no plan's result can vanish behind another's.
    if (!own && pairOf(finding.exhibits) !== pair) continue;
    const otherPlan = own || finding.exploratory ? {} : { otherPlan: true as const };
    found.push({ number, digest: `sha256:${record.sha256}`, finding, ...otherPlan });
  }
  if (!found.some(({ finding, otherPlan }) => !finding.exploratory && otherPlan !== true))
    throw new FiliationError(
      'CONFLICT',
      `${comparison.comparison} of plan ${plan} has no planned findings yet`,
      {
        hint: `run it first: filiation case run --plan ${plan}`,
      },
    );
  return found;
}

/** The exhibits in question, whatever controls stand beside them. */
function pairOf(exhibits: readonly { readonly role: string; readonly digest: string }[]): string {
  return exhibits
    .filter(({ role }) => role === 'subject' || role === 'reference')
    .map(({ role, digest }) => `${role} ${digest}`)
    .sort()
    .join(' ');
}

/** @throws FiliationError MALFORMED where the document is no opinion as this version writes them */
export async function opinionOf(of: CaseFolder, number: string): Promise<CaseOpinion> {
  const record = of.state.opinions.get(number)!;
  const value = await readDocument(of.folder, 'opinions', record.sha256);
  const [fault] = schemaFaults(OPINION_SCHEMA, value);
  if (fault !== undefined)
    throw new FiliationError('MALFORMED', `opinion ${number}: at ${fault.pointer} ${fault.message}`, {
      where: `opinions/${record.sha256}.json`,
      hint: 'form the opinion again, or read the case with the version that formed it',
    });
  return value as unknown as CaseOpinion;
}
