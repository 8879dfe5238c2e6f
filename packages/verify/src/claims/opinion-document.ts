import { list, longText, numbered, object, oneOf, shortText, text } from '../schema/parts.ts';
import type { Schema } from '../schema/schema.ts';

/** What an opinion says of one comparison, as far as a verifier reads it. The evidence package forms it. */
export interface OpinionDocument {
  readonly schema: 'filiation.opinion/1';
  readonly propositions: { readonly h1: string; readonly h2: string };
  readonly plan?: string;
  readonly comparison?: string;
  readonly rule: { readonly combine: string; readonly [key: string]: unknown };
  readonly sentence: string;
  readonly entered: readonly {
    readonly number: string;
    readonly digest: string;
    readonly test: { readonly id: string; readonly version: string };
    readonly log10P?: number;
    readonly ratio?: { readonly reported: number };
  }[];
  readonly listed: readonly { readonly number: string; readonly digest: string }[];
}

const number: Schema = { type: 'number' };
const yesNo: Schema = { type: 'boolean' };
const digest: Schema = { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' };
const id = text(200);
const test = object({ id: text(100), version: text(40) });
const exactness = oneOf('exact', 'calibrated', 'descriptive');
const bound = object({ low: number, high: number, basis: text(4_000) });
const log10P: Schema = { type: 'number', maximum: 0 };
const alternatives = list(
  object({ explanation: text(4_000), ruledOut: yesNo }, { by: text(300), finding: numbered('F') }),
  0,
  1_000,
);

const entered = object(
  { number: numbered('F'), digest, test, exactness },
  {
    group: id,
    log10P,
    log10PAdjusted: log10P,
    significant: yesNo,
    weight: number,
    log10E: number,
    ratio: object({
      reported: number,
      value: number,
      low: number,
      high: number,
      capped: yesNo,
      calibration: text(300),
      bound,
    }),
  },
);

const strength: Schema = {
  oneOf: [
    object({
      measure: { const: 'p' },
      log10P,
      correction: oneOf('none', 'holm'),
      decidedBy: log10P,
      log10Alpha: log10P,
      significant: yesNo,
      exactness,
      by: text(100),
    }),
    object({ measure: { const: 'e' }, log10P, log10Alpha: log10P, significant: yesNo }, { log10E: number }),
    object({
      measure: { const: 'lr' },
      log10LR: number,
      low: number,
      high: number,
      bound,
      capped: yesNo,
      word: shortText,
      scale: object({ id: text(100), version: text(40) }),
    }),
    object({ measure: { const: 'none' }, reason: longText }),
  ],
};

export const OPINION_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:filiation:document:opinion:v1',
  title: 'Filiation document: opinion',
  description: 'Findings of one comparison, combined under two propositions by the rule of the plan.',
  ...object(
    {
      schema: { const: 'filiation.opinion/1' },
      question: oneOf('weights', 'outputs', 'service', 'harvest', 'leak', 'artefacts'),
      propositions: object({ h1: longText, h2: longText }),
      exhibits: list(
        object({ role: oneOf('subject', 'reference', 'control', 'candidate'), digest, name: text(300) }),
      ),
      rule: {
        type: 'object',
        properties: { combine: text(40) },
        required: ['combine'],
        additionalProperties: true,
      },
      outcome: oneOf(
        'against-h2',
        'favours-h1',
        'favours-h2',
        'neutral',
        'third-explanation',
        'undecided',
        'not-testable',
      ),
      strength,
      sentence: text(20_000),
      caution: longText,
      marks: list(text(20_000), 0, 100),
      entered: list(entered, 0, 1_000),
      negative: list(numbered('F'), 0, 100_000),
      listed: list(
        object({
          number: numbered('F'),
          digest,
          test,
          status: oneOf('tested', 'not-testable', 'failed'),
          why: oneOf(
            'exploratory',
            'not-testable',
            'failed',
            'no-number',
            'descriptive',
            'not-in-rule',
            'repeat',
            'other-plan',
            'no-calibration',
          ),
          summary: text(8_000),
        }),
        0,
        100_000,
      ),
      missing: list(text(200), 0, 1_000),
      alternatives,
      blindTo: list(object({ test: text(100), cannotSee: list(longText, 0, 1_000) }), 0, 1_000),
    },
    {
      plan: numbered('P'),
      comparison: numbered('C'),
      reading: object(
        {
          by: text(200),
          sentence: longText,
          details: list(object({ name: shortText, text: longText, by: text(300) }), 0, 1_000),
        },
        {
          third: object({ explanation: text(4_000), by: text(300) }),
          alternatives,
          detectable: longText,
        },
      ),
    },
  ),
};
