import {
  FiliationError,
  type Finding,
  type NumberedFinding,
  readingOfWeights,
  type WeightOpinion,
} from '@filiation/evidence';
import {
  type CanonicalModel,
  comparePair,
  DEFAULT_PARAMETERS,
  OPINION_RULE,
  openKernel,
  openModel,
  pairClaims,
  SOFTWARE,
  WEIGHT_TESTS,
  type WeightParameters,
  weightOpinion,
} from '@filiation/weights';
import type { CaseKind, KindRun, LocatedExhibit } from './kind.ts';

const FAMILIES = new Map(
  WEIGHT_TESTS.flatMap((test) =>
    test.primary === undefined ? [] : [[test.card.id, test.primary.family] as const],
  ),
);

/** Weights and artefacts of two models. */
export const weightsKind: CaseKind = {
  kind: 'weights',
  cards: WEIGHT_TESTS.map((test) => test.card),
  tests: WEIGHT_TESTS.map(({ card }) => ({ id: card.id, version: card.version })),
  software: SOFTWARE,
  defaultAlpha: '0.000001',
  defaultRule(tests) {
    // Tests that are not planned cannot decide; fewer tests must agree where fewer are run.
    const deciding = [...FAMILIES].filter(([test]) => tests.includes(test));
    if (deciding.length === 0)
      throw new FiliationError('USAGE', 'none of the planned tests can decide an opinion', {
        hint: `plan at least one of ${[...FAMILIES.keys()].join(', ')}, or give a rule with --rule`,
      });
    const groups = new Set(deciding.map(([, group]) => group)).size;
    return {
      combine: 'holm',
      tests: deciding.map(([test, group]) => ({ test, group })),
      groupsNeeded: Math.min(OPINION_RULE.familiesNeeded, groups),
      log10Alpha: OPINION_RULE.log10Alpha,
    };
  },
  defaultParameters() {
    const { seed: _seed, ...rest } = DEFAULT_PARAMETERS;
    // The kernel is named because another one sums in another order.
    return { ...rest, kernel: 'wasm' };
  },
  run,
  judgeStatements(findings, statements) {
    const opinion = opinionOn(findings);
    const named = (role: string) => opinion.exhibits.find((exhibit) => exhibit.role === role);
    const [reference, subject] = [named('reference'), named('subject')];
    if (reference === undefined || subject === undefined) return undefined;
    return pairClaims(statements, reference, subject, opinion)?.statements;
  },
  reading(_of, _comparison, findings) {
    return readingOfWeights(
      opinionOn(findings),
      findings.filter(({ finding }) => !finding.exploratory),
    );
  },
};

/** The rule of the weight tests on the planned findings of one pair. */
function opinionOn(numbered: readonly NumberedFinding[]): WeightOpinion {
  const findings = numbered
    .filter(({ finding }) => !finding.exploratory)
    .map(({ finding }): Finding => ({ ...finding, startedAt: '', durationMs: 0 }));
  const exhibits = findings[0]?.exhibits ?? [];
  const nameOf = (role: string): string => exhibits.find((exhibit) => exhibit.role === role)?.name ?? role;
  return weightOpinion({
    reference: nameOf('reference'),
    subject: nameOf('subject'),
    exhibits,
    findings,
    families: FAMILIES,
  });
}

async function run(input: KindRun): Promise<void> {
  const { comparison, exhibits, terminal } = input;
  const { kernel: kernelName, ...parameters } = comparison.parameters;
  const one = (role: LocatedExhibit['role']): LocatedExhibit => {
    const found = exhibits.filter((exhibit) => exhibit.role === role);
    if (found.length === 1) return found[0]!;
    throw new FiliationError('USAGE', `${comparison.comparison} needs one ${role}, it has ${found.length}`);
  };
  const all = (role: LocatedExhibit['role']) => exhibits.filter((exhibit) => exhibit.role === role);
  const open = new Map<string, CanonicalModel>();
  const kernel = await openKernel(
    kernelName === 'plain' || kernelName === 'onnxruntime' ? kernelName : 'wasm',
    input.threads === undefined ? {} : { threads: input.threads },
  );
  try {
    const model = async (exhibit: LocatedExhibit): Promise<CanonicalModel> => {
      const opened = await openModel(exhibit.path, {
        name: exhibit.name,
        onProgress: (step, fraction) =>
          terminal.meter.update(`${exhibit.name}: ${step}`, 100 * fraction, 100, '%'),
      });
      open.set(exhibit.exhibit, opened);
      if (opened.digest !== `sha256:${exhibit.sha256}`)
        throw new FiliationError(
          'UNVERIFIED',
          `${exhibit.path} is not exhibit ${exhibit.exhibit}: its digest differs`,
          {
            where: exhibit.path,
            hint: 'put the registered bytes back, or register what is there as a new exhibit',
          },
        );
      return opened;
    };
    const reference = await model(one('reference'));
    const subject = await model(one('subject'));
    const controls: CanonicalModel[] = [];
    for (const exhibit of all('control')) controls.push(await model(exhibit));
    const candidates: CanonicalModel[] = [];
    for (const exhibit of all('candidate')) candidates.push(await model(exhibit));
    await comparePair({
      reference,
      subject,
      controls,
      candidates,
      kernel,
      parameters: { ...(parameters as unknown as WeightParameters), seed: input.seed },
      tests: comparison.tests.map((test) => test.id),
      now: () => new Date(),
      done: input.done,
      onFinding: input.onFinding,
      onProgress: ({ step, fraction }) =>
        terminal.meter.update(`${comparison.comparison}: ${step}`, 100 * fraction, 100, '%'),
    });
  } finally {
    terminal.meter.end();
    await kernel.close();
    for (const opened of open.values()) await opened.store.close();
  }
}
