import { type ExhibitReference, FiliationError, type Finding, type TestOutcome } from '@filiation/evidence';
import type { CanonicalModel } from './canonical/model.ts';
import { type OriginStatement, pairClaims } from './claims/pair-claims.ts';
import { DEFAULT_PARAMETERS, type PairContext, type WeightParameters } from './context.ts';
import type { MatrixKernel } from './kernel/kernel.ts';
import { weightOpinion } from './opinion.ts';
import { pairContext } from './pair.ts';
import { WEIGHT_TESTS } from './registry.ts';
import type { ComparisonReport } from './report.ts';
import { SOFTWARE } from './software.ts';
import { summariseModel } from './summary.ts';
import type { WeightTest } from './weight-test.ts';

export interface ComparePairInput {
  /** The possible parent, A. */
  readonly reference: CanonicalModel;
  /** The model in question, B. */
  readonly subject: CanonicalModel;
  /** Models known not to be related to the reference: their values stand beside the pair's. */
  readonly controls?: readonly CanonicalModel[];
  /** Further models that may have been merged into the subject. */
  readonly candidates?: readonly CanonicalModel[];
  /** What is stated of the subject's origin; what its model card says, where absent. */
  readonly stated?: readonly OriginStatement[];
  readonly kernel: MatrixKernel;
  readonly parameters?: Partial<WeightParameters>;
  /** Ids of the tests to run; all registered ones where absent. */
  readonly tests?: readonly string[];
  /** Time source; the report's only input from outside. */
  readonly now: () => Date;
  readonly onProgress?: (progress: CompareProgress) => void;
  /** Findings of an interrupted run with the same exhibits and parameters, by test id. */
  readonly done?: ReadonlyMap<string, Finding>;
  /** Called after each test, so that a caller can keep what is done. */
  readonly onFinding?: (finding: Finding) => Promise<void>;
}

export interface CompareProgress {
  /** `weights.match: gate, layer 3`-like. */
  readonly step: string;
  /** Share of the whole comparison, in [0, 1]. */
  readonly fraction: number;
}

/**
 * Compares two opened models: runs the registered tests, each from its own seeded stream, and forms the
 * opinion by the pre-stated rule.
 *
 * @throws FiliationError USAGE for an unknown test id; errors of bad tensors become `failed` findings.
 */
export async function comparePair(input: ComparePairInput): Promise<ComparisonReport> {
  const tests = selectTests(input.tests);
  const parameters = { ...DEFAULT_PARAMETERS, ...input.parameters };
  const controls = input.controls ?? [];
  const candidates = input.candidates ?? [];
  const meter = progressOf(tests.length * (1 + controls.length), input.onProgress);
  const context = (subject: CanonicalModel): PairContext =>
    pairContext({
      reference: input.reference,
      subject,
      candidates: subject === input.subject ? candidates : [],
      kernel: input.kernel,
      parameters,
      progress: meter.step,
    });
  const pair = context(input.subject);
  const controlPairs = controls.map((model) => ({ model, pair: context(model) }));
  const exhibits = exhibitsOf(input);
  const operationsBefore = input.kernel.operations;
  const findings: Finding[] = [];
  for (const test of tests) {
    const held = input.done?.get(test.card.id);
    if (held !== undefined) {
      findings.push(held);
      continue;
    }
    const started = input.now();
    meter.begin(test.card.id);
    const outcome = await runTest(test, pair);
    meter.end();
    const values = [...(outcome.controls ?? [])];
    for (const control of controlPairs) {
      meter.begin(`${test.card.id} on control ${control.model.name}`);
      const other = test.primary === undefined ? undefined : await runTest(test, control.pair);
      meter.end();
      if (other?.statistic !== undefined)
        values.push({ name: control.model.name, value: other.statistic.value });
    }
    const finding: Finding = {
      ...outcome,
      ...(values.length > 0 ? { controls: values } : {}),
      test: { id: test.card.id, version: test.card.version },
      question: test.card.question,
      exhibits,
      exactness: outcome.exactness ?? test.card.exactness,
      seed: parameters.seed,
      exploratory: false,
      software: SOFTWARE,
      startedAt: started.toISOString(),
      durationMs: input.now().getTime() - started.getTime(),
    };
    findings.push(finding);
    await input.onFinding?.(finding);
  }
  const opinion = weightOpinion({
    reference: input.reference.name,
    subject: input.subject.name,
    exhibits,
    findings,
    families: new Map(
      WEIGHT_TESTS.flatMap((test) => (test.primary ? [[test.card.id, test.primary.family]] : [])),
    ),
  });
  const stated = input.stated ?? cardStatements(input.subject);
  const claims = pairClaims(stated, input.reference, input.subject, opinion);
  return {
    schema: 'filiation.comparison/1',
    software: SOFTWARE,
    createdAt: input.now().toISOString(),
    reference: summariseModel(input.reference),
    subject: summariseModel(input.subject),
    controls: controls.map(summariseModel),
    candidates: candidates.map(summariseModel),
    opinion,
    ...(claims === undefined ? {} : { claims }),
    findings,
    cards: tests.map((test) => test.card),
    parameters: {
      ...parameters,
      kernel: { name: input.kernel.name, operations: input.kernel.operations - operationsBefore },
      tests: tests.map((test) => test.card.id),
    },
  };
}

/** What a model's own card says of its origin. */
export function cardStatements({ claims }: CanonicalModel): OriginStatement[] {
  return (claims?.baseModels ?? []).map((ancestor) => ({
    ancestor,
    ...(claims?.relation === undefined ? {} : { relation: claims.relation }),
    source: 'model card',
  }));
}

function selectTests(ids: readonly string[] | undefined): readonly WeightTest[] {
  if (ids === undefined) return WEIGHT_TESTS;
  const unknown = ids.find((id) => !WEIGHT_TESTS.some((test) => test.card.id === id));
  if (unknown !== undefined)
    throw new FiliationError('USAGE', `there is no test called ${unknown}`, {
      hint: `choose from ${WEIGHT_TESTS.map((test) => test.card.id).join(', ')}`,
    });
  return WEIGHT_TESTS.filter((test) => ids.includes(test.card.id));
}

/** Bad bytes met by one test must not cost the other findings. */
async function runTest(test: WeightTest, pair: PairContext): Promise<TestOutcome> {
  try {
    return checked(test, await test.run(pair));
  } catch (error) {
    if (!(error instanceof FiliationError) || error.code === 'INTERRUPTED' || error.code === 'INTERNAL')
      throw error;
    return {
      status: 'failed',
      reason: error.hint === undefined ? error.message : `${error.message} (${error.hint})`,
      alternatives: [],
      parameters: {},
      summary: `Could not be run: ${error.message}`,
    };
  }
}

function checked(test: WeightTest, outcome: TestOutcome): TestOutcome {
  const p = outcome.log10P;
  if (p !== undefined && !(Number.isFinite(p) && p <= 0))
    throw new FiliationError('INTERNAL', `${test.card.id} gave log10 p = ${p}`);
  return outcome;
}

function exhibitsOf(input: ComparePairInput): ExhibitReference[] {
  const exhibit = (role: ExhibitReference['role']) => (model: CanonicalModel) => ({
    role,
    digest: model.digest,
    name: model.name,
  });
  return [
    exhibit('reference')(input.reference),
    exhibit('subject')(input.subject),
    ...(input.controls ?? []).map(exhibit('control')),
    ...(input.candidates ?? []).map(exhibit('candidate')),
  ];
}

function progressOf(total: number, report: ComparePairInput['onProgress']) {
  let done = 0;
  let title = '';
  return {
    begin(name: string): void {
      title = name;
      report?.({ step: title, fraction: done / total });
    },
    step(step: string, fraction: number): void {
      report?.({ step: `${title}: ${step}`, fraction: (done + Math.min(1, Math.max(0, fraction))) / total });
    },
    end(): void {
      done++;
    },
  };
}
