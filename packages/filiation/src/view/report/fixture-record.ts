import { type CaseReportInput, lintWording } from '@filiation/evidence';

/** Test support: what surrounds the findings of a case: parties, replies, deadlines, log. */

const hex = (seed: string): string => seed.repeat(64).slice(0, 64);
const OBJECTION =
  'The weights match because both teams followed the same public recipe; 1,000 models would also match, so it means nothing.';

export const CASE_RECORD: Pick<
  CaseReportInput,
  | 'parties'
  | 'declarations'
  | 'seeds'
  | 'runs'
  | 'errorRates'
  | 'replies'
  | 'deadlines'
  | 'withheld'
  | 'corrections'
  | 'timeline'
  | 'log'
  | 'reproduce'
  | 'wording'
> = {
  parties: [
    {
      id: 'claimant',
      name: 'First Laboratory',
      side: 'claimant',
      roles: ['custodian'],
      key: 'first+1a2b3c4d+AQ',
    },
    {
      id: 'respondent',
      name: 'Second Laboratory',
      side: 'respondent',
      roles: ['custodian', 'witness'],
      key: 'second+5e6f7a8b+AQ',
    },
    {
      id: 'neutral',
      name: 'The neutral examiner',
      side: 'neutral',
      roles: ['neutral', 'examiner'],
      key: 'neutral+9c0d1e2f+AQ',
    },
    { id: 'tribunal', name: 'Tribunal', side: 'neutral', roles: ['tribunal', 'observer'] },
  ],
  declarations: [
    {
      entry: 10,
      by: 'respondent',
      exhibit: 'E2',
      basis: 'model card',
      completeness: 'none',
      ancestors: [],
    },
    {
      entry: 12,
      by: 'claimant',
      exhibit: 'E2',
      basis: 'party',
      completeness: 'partial',
      ancestors: [
        {
          name: 'base_A',
          relation: 'fine-tune',
          exhibit: 'E1',
          assessment: { status: 'confirmed', note: 'weights and direction agree' },
        },
      ],
    },
  ],
  seeds: [
    {
      number: 'S1',
      source: 'joint',
      how: 'claimant and respondent each committed to a number (entries 5 and 6) and revealed it (entries 7 and 8)',
      value: hex('5eed'),
      entry: 8,
    },
  ],
  runs: [
    {
      number: 'R1',
      plan: 'P1',
      by: 'neutral',
      software: 'filiation 0.1.0',
      startedAt: '2026-11-02T10:00:00Z',
      endedAt: '2026-11-02T10:20:00Z',
      exploratory: false,
      entry: 13,
    },
    {
      number: 'R2',
      by: 'claimant',
      software: 'filiation 0.1.0',
      startedAt: '2026-11-02T17:00:00Z',
      endedAt: '2026-11-02T17:02:00Z',
      exploratory: true,
      entry: 25,
    },
  ],
  errorRates: [
    {
      test: 'weights.neuron-order',
      set: {
        name: 'zoo',
        digest: `sha256:${hex('2007')}`,
        population:
          '26 small language models of recorded parentage; larger models of other families are not among them.',
      },
      related: 157,
      unrelated: 148,
      unrelatedFamilies: 13,
      falseAlarms: { level: 'p ≤ 0.01', count: 0, of: 148, upper95: 0.206 },
      sensitivity: { level: 'at 1 % false alarms', value: 0.726, low: 0.694, high: 1 },
    },
    {
      test: 'weights.match',
      set: { name: 'zoo', population: '26 small language models of recorded parentage.' },
      related: 157,
      unrelated: 148,
      unrelatedFamilies: 13,
      falseAlarms: { level: 'p ≤ 0.01', count: 0, of: 148, upper95: 0.206 },
      sensitivity: { level: 'at 1 % false alarms', value: 1, low: 1, high: 1 },
    },
  ],
  replies: [
    {
      number: 'Y1',
      to: 'F2',
      by: 'respondent',
      position: 'agreed',
      ground: 'Recomputed from the sealed case: the same bytes.',
      at: '2026-11-10T12:00:00Z',
      entry: 31,
    },
    {
      number: 'Y2',
      to: 'F4',
      by: 'respondent',
      position: 'disputed',
      ground: 'The alignment was fitted on embeddings that both teams took from one public tokenizer.',
      text: OBJECTION,
      at: '2026-11-10T12:05:00Z',
      entry: 32,
    },
    {
      number: 'Y3',
      to: 'E1',
      by: 'respondent',
      position: 'not-known',
      ground: 'We did not see how the checkpoint was stored before 12 October 2026.',
      at: '2026-11-10T12:10:00Z',
      entry: 33,
    },
    {
      number: 'Y4',
      to: 'O1',
      by: 'respondent',
      position: 'objection',
      ground: 'The opinion should weigh a common public base model, which is not among the exhibits.',
      at: '2026-11-11T09:00:00Z',
      entry: 34,
    },
  ],
  deadlines: [
    {
      record: {
        number: 'D1',
        kind: 'disclose-by',
        due: '2026-10-14T17:00:00+01:00',
        party: 'respondent',
        source: 'order of 1 October 2026',
      },
      state: 'met',
      note: 'E2 arrived a day before',
      entry: 1,
    },
    {
      record: {
        number: 'D2',
        kind: 'report-by',
        due: '2026-11-20T16:00:00Z',
        party: 'neutral',
        source: 'order of 1 October 2026',
      },
      state: 'late',
      note: 'this report is three days late',
      entry: 1,
    },
    {
      record: {
        number: 'D3',
        kind: 'questions-by',
        due: '2026-12-18T16:00:00Z',
        source: 'CPR 35.6: 28 days',
        replaces: 'D4',
      },
      state: 'open',
      entry: 27,
    },
    {
      record: { number: 'D4', kind: 'questions-by', due: '2026-12-04T16:00:00Z', source: 'agreement' },
      state: 'moved',
      note: 'to D3',
      entry: 2,
    },
  ],
  withheld: [
    {
      exhibit: 'E2',
      ground: 'trade secret: tensors of the tool-use head, agreed as irrelevant on 9 October 2026',
      parts: 3,
      of: 39,
      commitment: hex('ab'),
      entry: 28,
    },
  ],
  corrections: [
    { entry: 29, corrects: 4, by: 'neutral', reason: 'The number of files of E2 was written as 3; it is 4.' },
  ],
  timeline: [
    {
      entry: 0,
      at: '2026-10-08T09:00:00Z',
      by: 'neutral',
      kind: 'case',
      what: 'The case was opened with both propositions.',
    },
    {
      entry: 3,
      at: '2026-10-12T09:30:00Z',
      by: 'neutral',
      kind: 'exhibit',
      what: 'E1 base_A was received from the claimant.',
    },
    {
      entry: 4,
      at: '2026-10-13T15:05:00Z',
      by: 'neutral',
      kind: 'exhibit',
      what: 'E2 A_ft was received from the respondent.',
    },
    {
      entry: 11,
      at: '2026-10-20T11:00:00Z',
      by: 'neutral',
      kind: 'plan',
      what: 'Plan P1 was logged: five tests decide, by Holm’s method.',
    },
    { entry: 13, at: '2026-11-02T10:00:00Z', by: 'neutral', kind: 'run', what: 'Run R1 of plan P1 began.' },
    {
      entry: 24,
      at: '2026-11-02T16:00:00Z',
      by: 'neutral',
      kind: 'plan',
      what: 'P2 amended P1 after the run.',
    },
    { entry: 26, at: '2026-11-03T08:00:00Z', by: 'neutral', kind: 'opinion', what: 'Opinion O1 was formed.' },
    {
      entry: 31,
      at: '2026-11-10T12:00:00Z',
      by: 'respondent',
      kind: 'reply',
      what: 'The respondent recomputed F2 and agreed with it.',
    },
    {
      entry: 35,
      at: '2026-11-23T14:40:00Z',
      by: 'neutral',
      kind: 'seal',
      what: 'The case was sealed for this report.',
    },
  ],
  log: {
    origin: 'example-2026-01.case.example/2026',
    size: 36,
    root: hex('7007'),
    vouchers: [
      { kind: 'log', name: 'example-2026-01.case.example/2026', size: 36 },
      { kind: 'witness', name: 'second-laboratory', size: 36, at: '2026-11-23T14:41:00Z' },
      {
        kind: 'time-authority',
        name: 'Example Time Stamping Authority',
        size: 30,
        at: '2026-11-10T12:20:00Z',
      },
    ],
    weaknesses: ['Entries 30 to 35 have no time stamp of an outside authority.'],
    checks: [
      {
        id: 'time.token',
        status: 'warning',
        part: 'checkpoint of 36 entries',
        detail: 'No time stamp covers the last 6 entries; their times are those that the signers stated.',
      },
    ],
    policy: 'log first+1a2b3c4d+AQ\nwitness second second+5e6f7a8b+AQ\ngroup both all second\nquorum both\n',
  },
  reproduce: {
    commands: [
      {
        command: 'filiation verify example-2026-01.zip',
        shows:
          'Every digest, signature, time stamp and the order of plan and run; needs no network and no trust in the sender.',
      },
      {
        command: 'filiation verify example-2026-01.zip --rerun',
        shows: 'Computes every finding again and compares the bytes.',
      },
      {
        command: 'sha256sum --check manifest-sha256.txt',
        shows: 'The same digests with a tool that is not ours; verify-by-hand.md goes through the rest.',
      },
    ],
    components: [
      { name: 'filiation', version: '0.1.0', digest: `sha256:${hex('f1')}` },
      { name: 'Node.js', version: '20.20.2' },
    ],
    tolerances: [
      'None: the findings of this case are the same bytes on any machine, thread count and folder.',
    ],
  },
  wording: [{ where: 'reply Y2', faults: lintWording(OBJECTION) }],
};
