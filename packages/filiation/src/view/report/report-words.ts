import type {
  CaseReportInput,
  ListedFinding,
  OpinionOutcome,
  ReportReply,
  ReportScheduleRow,
} from '@filiation/evidence';

/** The words that the report uses for the closed lists of a case. */
export const OUTCOME_WORDS: Readonly<Record<OpinionOutcome, string>> = {
  'against-h2': 'Improbable results if proposition 2 held',
  'favours-h1': 'Results more probable under proposition 1',
  'favours-h2': 'Results more probable under proposition 2',
  neutral: 'Results favour neither proposition',
  'third-explanation': 'Results accounted for by neither proposition',
  undecided: 'Results do not speak against proposition 2',
  'not-testable': 'Could not be tested',
};

/** The same in a table cell, under a heading that says what the numbers are. */
export const OUTCOME_BRIEF: Readonly<Record<OpinionOutcome, string>> = {
  'against-h2': 'speaks against proposition 2',
  'favours-h1': 'more probable under proposition 1',
  'favours-h2': 'more probable under proposition 2',
  neutral: 'favours neither proposition',
  'third-explanation': 'accounted for by neither',
  undecided: 'does not speak against 2',
  'not-testable': 'could not be tested',
};

export const RULE_WORDS: Readonly<Record<string, string>> = {
  primary: 'One primary test, fixed in advance, decides by its p-value; all other tests are shown.',
  'primary-lr':
    'One primary test, fixed in advance, decides by its likelihood ratio, held within what its calibration set can carry; all other tests are shown.',
  holm: 'Several primary tests, fixed in advance, decide together. Holm’s correction raises each p-value, so that the chance of any false alarm among them stays below the level, however the tests depend on each other.',
  'e-mean':
    'Each p-value becomes an e-value by a function fixed in advance; their mean, weighted as fixed in advance, is an e-value however the tests depend on each other, and 1/mean is a p-value.',
  'lr-product':
    'Likelihood ratios are multiplied. This holds only where the results are independent under both propositions; the reasons stand in the plan and below.',
};

export const LISTED_WORDS: Readonly<Record<ListedFinding['why'], string>> = {
  exploratory: 'exploratory: in no plan that was logged before the run',
  'not-testable': 'not testable on these exhibits',
  failed: 'the test failed to run',
  'no-number': 'gave no number of the kind that the rule combines',
  descriptive: 'descriptive: no error rate is known, so it is shown and never combined',
  'other-plan': 'of another plan on the same models',
  'not-in-rule': 'planned, but not among the tests that decide',
  repeat: 'a further run of a test that already had its planned result',
  'no-calibration': 'no calibration set with independent families is known for its ratio',
};

export const SCHEDULE_WORDS: Readonly<Record<ReportScheduleRow['state'], string>> = {
  run: 'run as planned',
  'not-testable': 'run: not testable',
  failed: 'run: failed',
  missing: 'planned, not run',
  exploratory: 'exploratory',
  repeated: 'run again',
};

export const POSITION_WORDS: Readonly<Record<ReportReply['position'], string>> = {
  agreed: 'agreed',
  disputed: 'disputed',
  'not-known': 'not known',
  objection: 'objection',
};

export const SIDE_WORDS = { claimant: 'claimant', respondent: 'respondent', neutral: 'neutral' } as const;

export const VOUCHER_WORDS: Readonly<Record<CaseReportInput['log']['vouchers'][number]['kind'], string>> = {
  log: 'keeper of the log (no outside time)',
  witness: 'witness',
  'time-authority': 'time-stamping authority',
};

export const DEADLINE_WORDS: Readonly<Record<string, string>> = {
  'preserve-by': 'preserve',
  'disclose-by': 'disclose',
  'report-by': 'expert report',
  'questions-by': 'written questions',
  'joint-statement-by': 'joint statement',
  'reply-by': 'reply',
  hearing: 'hearing',
  other: 'other',
};
