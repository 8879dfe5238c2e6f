import {
  type CaseReportInput,
  formOpinion,
  type NumberedFinding,
  type OpinionInput,
  type OpinionRule,
  type ReportExhibit,
  type ReportFinding,
  type ReportOpinion,
  readingOfWeights,
} from '@filiation/evidence';
import type { PlanDocument } from '@filiation/verify';
import { derivedReport, HOSTILE_NAME } from '../fixture.ts';
import { card, DERIVED_OUTCOMES, finding } from '../fixture-findings.ts';
import { CASE_RECORD } from './fixture-record.ts';

/** Test support: whole cases as they are replayed from a log. */

const NAMES = { reference: 'base_A', subject: 'A_ft' };
const hex = (seed: string): string => seed.repeat(64).slice(0, 64);

export const HOLM_RULE: OpinionRule = {
  combine: 'holm',
  tests: [
    { test: 'weights.neuron-order', group: 'mlp' },
    { test: 'weights.match', group: 'mlp' },
    { test: 'weights.head-order', group: 'attention' },
    { test: 'weights.rotation', group: 'embedding' },
    { test: 'weights.channel-order', group: 'embedding' },
  ],
  groupsNeeded: 1,
  log10Alpha: -6,
};

const PROPOSITIONS = {
  h1: 'The weights of A_ft and those of base_A descend one from the other, or both from common trained weights.',
  h2: 'A_ft was initialised and trained independently of base_A.',
};

function plan(number: string, changes: Partial<PlanDocument> = {}): PlanDocument {
  return {
    schema: 'filiation.plan/1',
    case: 'example-2026-01',
    plan: number,
    question: 'weights',
    propositions: PROPOSITIONS,
    comparisons: [
      {
        comparison: 'C1',
        title: 'A_ft against base_A',
        kind: 'weights',
        exhibits: [
          { role: 'reference', exhibit: 'E1', sha256: hex('1f0c93a2d4e5b687') },
          { role: 'subject', exhibit: 'E2', sha256: hex('c0ffee0123456789') },
          { role: 'control', exhibit: 'E3', sha256: hex('3') },
        ],
        tests:
          HOLM_RULE.combine === 'holm' ? HOLM_RULE.tests.map(({ test }) => ({ id: test, version: '1' })) : [],
        parameters: { unitsPerLayer: 512, tokens: 4096, permutations: 999 },
      },
    ],
    opinion: {
      ...HOLM_RULE,
      tests: HOLM_RULE.combine === 'holm' ? HOLM_RULE.tests.map((each) => ({ ...each })) : [],
    },
    errorBudget: { alpha: '0.000001', across: 'holm' },
    seed: { source: 'joint', seed: 'S1' },
    stopping: 'Every test is run once; there is no second look.',
    exclusions: 'Tensors that hold numbers that are not finite are left out and named.',
    software: 'filiation 0.1.0',
    ...changes,
  };
}

function exhibit(
  number: string,
  name: string,
  digest: string,
  changes: Partial<ReportExhibit> = {},
): ReportExhibit {
  return {
    number,
    kind: 'model',
    name,
    digest: `sha256:${digest}`,
    size: 2_522_112,
    files: 4,
    origin: 'published by its maker; downloaded by the examiner',
    custodian: 'neutral',
    handedOverBy: 'claimant',
    receivedAt: '2026-10-12T09:30:00Z',
    entry: Number(number.slice(1)) + 2,
    storage: 'copy',
    state: 'unchanged',
    custody: [],
    ...changes,
  };
}

const EXHIBITS: readonly ReportExhibit[] = [
  exhibit('E1', 'base_A', hex('1f0c93a2d4e5b687'), {
    origin: 'claimant’s training cluster, final checkpoint',
  }),
  exhibit('E2', 'A_ft', hex('c0ffee0123456789'), {
    origin: 'respondent’s release 1.2, produced under the order of 1 October 2026',
    handedOverBy: 'respondent',
    custody: [
      {
        entry: 9,
        from: 'respondent',
        to: 'neutral',
        transferredAt: '2026-10-13T15:05:00Z',
        means: 'encrypted drive, by hand',
        condition: 'unchanged',
      },
    ],
  }),
  exhibit('E3', 'base_B', hex('3'), { notes: 'Control: trained by a third party on other data.' }),
  exhibit('E4', 'S_plain', hex('4'), {
    storage: 'reference',
    location: 'evidence room 2, drive 7',
    state: 'not-checked',
    stateReason: 'The drive was not at hand on the day of this report.',
  }),
];

function reportFindings(): ReportFinding[] {
  return Object.entries(DERIVED_OUTCOMES).map(([id, outcome], index) => {
    const { startedAt: _, durationMs: __, ...document } = finding(id, outcome, NAMES);
    const number = `F${index + 1}`;
    return {
      number,
      digest: `sha256:${hex(String(index + 1))}`,
      entry: 14 + index,
      at: '2026-11-02T10:04:00Z',
      run: document.exploratory ? 'R2' : 'R1',
      ...(document.exploratory ? {} : { plan: 'P1', comparison: 'C1' }),
      document,
      ...(index === 1 ? { recomputed: { same: true, by: 'respondent', entry: 31 } } : {}),
    };
  });
}

const numberedOf = (findings: readonly ReportFinding[]): NumberedFinding[] =>
  findings.map(({ number, digest, document }) => ({ number, digest, finding: document }));

function opinionOf(findings: readonly ReportFinding[], changes: Partial<OpinionInput> = {}): ReportOpinion {
  const numbered = numberedOf(findings);
  return {
    number: 'O1',
    digest: `sha256:${hex('0d')}`,
    entry: 26,
    at: '2026-11-03T08:00:00Z',
    by: 'neutral',
    plan: 'P1',
    comparison: 'C1',
    title: 'A_ft against base_A',
    opinion: formOpinion({
      question: 'weights',
      propositions: PROPOSITIONS,
      plan: 'P1',
      comparison: 'C1',
      exhibits: findings[0]?.document.exhibits ?? [],
      rule: HOLM_RULE,
      findings: numbered,
      cards: Object.keys(DERIVED_OUTCOMES).map(card),
      reading: readingOfWeights(derivedReport().opinion, numbered),
      ...changes,
    }),
  };
}

/** Weights findings that speak strongly against proposition 2, with failed, missing, exploratory and
 *  disputed ones beside them. */
export function derivedCase(): CaseReportInput {
  const findings = reportFindings();
  return {
    schema: 'filiation.case-report/1',
    report: 'T1',
    software: 'filiation 0.1.0',
    createdAt: '2026-11-23T14:48:11Z',
    case: {
      id: 'example-2026-01',
      title: 'First Laboratory and Second Laboratory: origin of the model A_ft',
      question: 'weights',
      asks: 'Do the weights of A_ft descend from those of base_A?',
      propositions: PROPOSITIONS,
      timeZone: 'Europe/London',
    },
    author: 'neutral',
    exhibits: EXHIBITS,
    plans: [
      {
        number: 'P1',
        digest: `sha256:${hex('e1')}`,
        entry: 11,
        at: '2026-10-20T11:00:00Z',
        by: 'neutral',
        document: plan('P1'),
        afterRun: false,
      },
      {
        number: 'P2',
        digest: `sha256:${hex('e2')}`,
        entry: 24,
        at: '2026-11-02T16:00:00Z',
        by: 'neutral',
        document: plan('P2', { amends: 'P1', notes: 'Adds weights.delta for both parties’ information.' }),
        reason: 'The respondent asked what had been done to the weights.',
        afterRun: true,
      },
    ],
    findings,
    cards: [...Object.keys(DERIVED_OUTCOMES), 'weights.channel-order'].map(card),
    opinions: [opinionOf(findings)],
    schedule: [
      ...findings.map(({ number, document, run }) => ({
        test: document.test,
        ...(document.exploratory ? {} : { plan: 'P1', comparison: 'C1' }),
        state: document.exploratory
          ? ('exploratory' as const)
          : document.status === 'tested'
            ? ('run' as const)
            : document.status,
        finding: number,
        run,
      })),
      {
        test: { id: 'weights.channel-order', version: '1' },
        plan: 'P1',
        comparison: 'C1',
        state: 'missing',
        note: 'The run was ended by the deadline for the report.',
      },
    ],
    ...CASE_RECORD,
  };
}

/** No result speaks against proposition 2; nothing vouches for the log; nobody answered. */
export function undecidedCase(): CaseReportInput {
  const whole = derivedCase();
  const findings = reportFindings()
    .slice(1, 2)
    .map(
      (each): ReportFinding => ({
        ...each,
        document: {
          ...each.document,
          statistic: { name: 'units at home', value: 3, n: 1408 },
          log10P: -0.116,
          effect: { name: 'share at home', value: 0.002, low: 0, high: 0.006 },
          detectable: { name: 'share of units at home', value: 0.031, level: '1 in 1,000,000' },
          summary: '3 of 1,408 units keep their place; about 4 are expected if the models are independent.',
        },
      }),
    );
  const rule: OpinionRule = { combine: 'primary', test: 'weights.neuron-order', log10Alpha: -6 };
  return {
    ...whole,
    findings,
    opinions: [
      opinionOf(findings, {
        rule,
        reading: {
          by: 'weights-opinion/1',
          sentence: 'No evidence of shared weights between A_ft and base_A.',
          details: [],
          alternatives: [
            {
              explanation: 'the subject learned from outputs of the reference: no weight test can see that',
              ruledOut: false,
            },
          ],
          detectable: 'A model that keeps 3.1 % or more of its units in place would have been found.',
        },
      }),
    ],
    schedule: whole.schedule.slice(1, 2),
    replies: [],
    withheld: [],
    corrections: [],
    log: { ...whole.log, vouchers: [], weaknesses: ['Nobody but its keeper vouches for this log.'] },
  };
}

/** A calibrated likelihood ratio beyond what its calibration set can carry. */
export function ratioCase(log10LR = 4.2): CaseReportInput {
  const whole = derivedCase();
  const findings = reportFindings()
    .filter(({ document }) => document.test.id === 'weights.match')
    .map(
      (each): ReportFinding => ({
        ...each,
        document: {
          ...each.document,
          log10LR: { value: log10LR, low: log10LR - 0.8, high: log10LR + 0.7, calibration: 'zoo-26' },
        },
      }),
    );
  return {
    ...whole,
    findings,
    opinions: [
      opinionOf(findings, {
        rule: { combine: 'primary-lr', test: 'weights.match' },
        calibrations: [{ id: 'zoo-26', families: { related: 13, unrelated: 900 } }],
      }),
    ],
  };
}

/** Several comparisons with an opinion each. */
export function manyCase(count: number): CaseReportInput {
  const whole = derivedCase();
  const [first] = whole.opinions;
  return {
    ...whole,
    opinions: Array.from({ length: count }, (_, at) => ({
      ...first!,
      number: `O${at + 1}`,
      comparison: `C${at + 1}`,
      title: `does E${at + 2} (A_ft) descend from E1 (base_A)?`,
    })),
  };
}

/** A case that was just opened. */
export function emptyCase(): CaseReportInput {
  const whole = derivedCase();
  return {
    ...whole,
    parties: [],
    exhibits: [],
    declarations: [],
    seeds: [],
    plans: [],
    runs: [],
    schedule: [],
    findings: [],
    cards: [],
    errorRates: [],
    opinions: [],
    replies: [],
    deadlines: [],
    withheld: [],
    corrections: [],
    timeline: [],
    wording: [],
    log: { origin: '', size: 0, root: '', vouchers: [], weaknesses: [], checks: [] },
    reproduce: { commands: [], components: [], tolerances: [] },
  };
}

/** The derived case with hostile text in every field that a party or a file can fill. */
export function hostileCase(text: string = HOSTILE_NAME): CaseReportInput {
  const spoil = <T>(value: T): T => {
    if (typeof value === 'string') return text as T;
    if (Array.isArray(value)) return value.map(spoil) as T;
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, KEPT.has(key) ? entry : spoil(entry)]),
    ) as T;
  };
  return spoil(derivedCase());
}

/** Fields whose values the schemas close: no party can put text there. */
const KEPT = new Set([
  'schema',
  'status',
  'exactness',
  'role',
  'kind',
  'state',
  'position',
  'side',
  'storage',
  'outcome',
  'measure',
  'correction',
  'combine',
  'why',
  'question',
  'source',
  'across',
  'condition',
  'completeness',
  'forms',
  'word',
]);
