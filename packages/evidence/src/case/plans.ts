import {
  type CaseState,
  canonicalJson,
  FiliationError,
  type JsonObject,
  type JsonValue,
  nextNumber,
  PLAN_SCHEMA,
  type PlanDocument,
  type PlannedComparison,
  type PlannedSeed,
  schemaFaults,
} from '@filiation/verify';
import { checkOpinionRule, testsOfRule } from '../opinion/rule.ts';
import { type Actor, type CaseFolder, draft } from './case-folder.ts';
import { prepareDocument, readDocument } from './documents.ts';

export interface PlanInput {
  readonly comparisons: readonly Omit<PlannedComparison, 'comparison'>[];
  readonly opinion: JsonObject;
  readonly errorBudget: PlanDocument['errorBudget'];
  readonly seed: PlannedSeed;
  readonly stopping: string;
  readonly exclusions: string;
  readonly software: string;
  readonly notes?: string;
  /** Plan that this one amends, and why. */
  readonly amends?: string;
  readonly reason?: string;
}

/**
 * Writes and logs a plan. A plan is never edited: an amendment is a plan of its own that names the one it
 * amends, and runs begun later under the amended plan count as exploratory.
 * @throws FiliationError USAGE, CONFLICT
 */
export async function registerPlan(of: CaseFolder, actor: Actor, input: PlanInput): Promise<string> {
  const { opening } = of.state;
  const plan = nextNumber(of.state, 'P');
  const document: PlanDocument = {
    schema: 'filiation.plan/1',
    case: of.settings.case,
    plan,
    ...(input.amends === undefined ? {} : { amends: input.amends }),
    question: opening!.claim.question,
    propositions: opening!.claim.propositions,
    comparisons: input.comparisons.map((comparison, at) => ({ comparison: `C${at + 1}`, ...comparison })),
    opinion: input.opinion,
    errorBudget: input.errorBudget,
    seed: input.seed,
    stopping: input.stopping,
    exclusions: input.exclusions,
    software: input.software,
    ...(input.notes === undefined ? {} : { notes: input.notes }),
  };
  const value = document as unknown as JsonObject;
  const [fault] = schemaFaults(PLAN_SCHEMA, value);
  if (fault !== undefined)
    throw new FiliationError('USAGE', `the plan at ${fault.pointer} ${fault.message}`, {
      hint: 'see docs/schema/document-plan.json for the form of a plan',
    });
  needSeed(of.state, input.seed);
  needRule(document);
  const tests = document.comparisons.reduce((sum, comparison) => sum + comparison.tests.length, 0);
  const kept = prepareDocument(of.folder, 'plans', value);
  await of.add(
    actor,
    [
      draft('plan', [kept.subject], {
        plan,
        tests,
        ...(input.amends === undefined ? {} : { amends: input.amends }),
        ...(input.reason === undefined ? {} : { reason: input.reason }),
      }),
    ],
    kept.store,
  );
  return plan;
}

/** The logged bytes of a plan. */
export async function planOf(of: CaseFolder, plan: string): Promise<PlanDocument> {
  const known = of.state.plans.get(plan);
  if (known === undefined)
    throw new FiliationError('NOT_FOUND', `there is no plan ${plan} in the case`, {
      hint: `the case has ${[...of.state.plans.keys()].join(', ') || 'no plan yet: filiation case plan'}`,
    });
  return (await readDocument(of.folder, 'plans', known.sha256)) as unknown as PlanDocument;
}

/** The rule must hold by itself and decide by tests that every comparison runs. */
function needRule(plan: PlanDocument): void {
  const rule = checkOpinionRule(plan.opinion);
  // An opinion quotes the rule as it is read; what the plan says of each part must be no more than that.
  for (const [part, value] of Object.entries(rule))
    if (canonicalJson(value as JsonValue) !== canonicalJson(plan.opinion[part]!))
      throw new FiliationError('USAGE', `the rule for opinions says more under ${part} than is read`, {
        hint: 'keep remarks beside the parts of the rule, or in the notes of the plan',
      });
  for (const test of testsOfRule(rule))
    for (const comparison of plan.comparisons)
      if (!comparison.tests.some(({ id }) => id === test))
        throw new FiliationError(
          'USAGE',
          `the rule for opinions decides by ${test}, which ${comparison.comparison} does not run`,
          { hint: 'plan that test too, or give a rule with --rule that does without it' },
        );
}

function needSeed(state: CaseState, seed: PlannedSeed): void {
  if (seed.source === 'stated' || state.seeds.has(seed.seed)) return;
  throw new FiliationError('USAGE', `the plan takes its seed from ${seed.seed}, which is not in the log`, {
    hint: 'start it with: filiation case seed',
  });
}
