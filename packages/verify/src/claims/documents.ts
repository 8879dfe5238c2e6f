import type { JsonObject } from '../json.ts';
import {
  caseId,
  decimal,
  hash,
  instant,
  list,
  longText,
  numbered,
  object,
  oneOf,
  partyId,
  shortText,
  text,
} from '../schema/parts.ts';
import type { Schema } from '../schema/schema.ts';
import { OPINION_SCHEMA } from './opinion-document.ts';

/**
 * Documents are the large parts of claims: files named by the SHA-256 of their bytes, which are RFC 8785
 * JSON. The log entry carries the digest.
 */

export interface PlannedExhibit {
  readonly role: 'subject' | 'reference' | 'control' | 'candidate';
  /** `E1`… */
  readonly exhibit: string;
  readonly sha256: string;
}

/** One pair of exhibits (with controls) and the tests to be run on it. */
export interface PlannedComparison {
  /** `C1`… */
  readonly comparison: string;
  readonly title: string;
  readonly kind: string;
  readonly exhibits: readonly PlannedExhibit[];
  readonly tests: readonly { readonly id: string; readonly version: string }[];
  /** All parameters of the tests but the seed. */
  readonly parameters: JsonObject;
}

/** Where the run's seed comes from: stated in the plan, or a joint or beacon seed of the log (`S1`). */
export type PlannedSeed =
  | { readonly source: 'stated'; readonly value: string }
  | { readonly source: 'joint' | 'beacon'; readonly seed: string };

export interface PlanDocument {
  readonly schema: 'filiation.plan/1';
  readonly case: string;
  readonly plan: string;
  readonly amends?: string;
  readonly question: string;
  readonly propositions: { readonly h1: string; readonly h2: string };
  readonly comparisons: readonly PlannedComparison[];
  /** How findings of one comparison become an opinion; names a rule of the evidence package. */
  readonly opinion: JsonObject;
  /** Family-wise error allowed over all comparisons together, decimal, and how it is divided. */
  readonly errorBudget: { readonly alpha: string; readonly across: 'holm' | 'bonferroni' | 'none' };
  readonly seed: PlannedSeed;
  readonly stopping: string;
  readonly exclusions: string;
  readonly software: string;
  readonly notes?: string;
}

const json: Schema = { type: 'object', additionalProperties: true };

export const PLAN_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:filiation:document:plan:v1',
  title: 'Filiation document: plan',
  description: 'Tests, parameters, controls, thresholds, error budget and seed, fixed before the run.',
  ...object(
    {
      schema: { const: 'filiation.plan/1' },
      case: caseId,
      plan: numbered('P'),
      question: oneOf('weights', 'outputs', 'service', 'harvest', 'leak', 'artefacts'),
      propositions: object({ h1: longText, h2: longText }),
      comparisons: list(
        object({
          comparison: numbered('C'),
          title: shortText,
          kind: text(40),
          exhibits: list(
            object({
              role: oneOf('subject', 'reference', 'control', 'candidate'),
              exhibit: numbered('E'),
              sha256: hash,
            }),
            1,
            10_000,
          ),
          tests: list(object({ id: text(100), version: text(40) }), 1, 1_000),
          parameters: json,
        }),
        1,
        10_000,
      ),
      opinion: json,
      errorBudget: object({ alpha: decimal, across: oneOf('holm', 'bonferroni', 'none') }),
      seed: {
        oneOf: [
          object({ source: { const: 'stated' }, value: text(200) }),
          object({ source: oneOf('joint', 'beacon'), seed: numbered('S') }),
        ],
      },
      stopping: longText,
      exclusions: longText,
      software: text(200),
    },
    { amends: numbered('P'), notes: longText },
  ),
};

/** The text of a reply, where it is longer than the claim's ground. */
export interface ReplyDocument {
  readonly schema: 'filiation.reply/1';
  readonly case: string;
  readonly reply: string;
  readonly to: string;
  readonly author: string;
  readonly position: 'agreed' | 'disputed' | 'not-known' | 'objection';
  readonly text: string;
  readonly at: string;
}

export const REPLY_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:filiation:document:reply:v1',
  title: 'Filiation document: reply',
  description: "A party's answer to an exhibit, plan, finding, opinion or report.",
  ...object({
    schema: { const: 'filiation.reply/1' },
    case: caseId,
    reply: numbered('Y'),
    to: { type: 'string', pattern: '^[DEFOPRTY][1-9][0-9]{0,6}$' },
    author: partyId,
    position: oneOf('agreed', 'disputed', 'not-known', 'objection'),
    text: text(200_000),
    at: instant,
  }),
};

const role = oneOf('subject', 'reference', 'control', 'candidate');
const namedValue = object({ name: shortText, value: { type: 'number' } });

/** A Finding without the times of its computing: recomputing it gives the same bytes. */
export const FINDING_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:filiation:document:finding:v1',
  title: 'Filiation document: finding',
  description: 'The outcome of one test: statistic, p-value or likelihood ratio, controls, figures as data.',
  ...object(
    {
      test: object({ id: text(100), version: text(40) }),
      question: oneOf('weights', 'outputs', 'service', 'harvest', 'leak', 'artefacts'),
      exhibits: list(
        object({ role, digest: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' }, name: text(300) }),
        1,
        10_000,
      ),
      status: oneOf('tested', 'not-testable', 'failed'),
      exactness: oneOf('exact', 'calibrated', 'descriptive'),
      alternatives: list(
        object({ explanation: text(4_000), ruledOut: { type: 'boolean' } }, { by: text(300) }),
        0,
        100,
      ),
      parameters: json,
      summary: text(8_000),
      seed: text(200),
      exploratory: { type: 'boolean' },
      software: text(200),
    },
    {
      reason: text(8_000),
      statistic: object({ name: shortText, value: { type: 'number' }, n: { type: 'number' } }),
      log10P: { type: 'number', maximum: 0 },
      log10LR: object({
        value: { type: 'number' },
        low: { type: 'number' },
        high: { type: 'number' },
        calibration: text(300),
      }),
      effect: object(
        { name: shortText, value: { type: 'number' } },
        { low: { type: 'number' }, high: { type: 'number' } },
      ),
      detectable: object({ name: shortText, value: { type: 'number' }, level: text(300) }),
      controls: list(namedValue, 0, 100_000),
      parts: list(
        object(
          { name: text(1_000) },
          {
            statistic: object({ name: shortText, value: { type: 'number' }, n: { type: 'number' } }),
            log10P: { type: 'number', maximum: 0 },
            effect: namedValue,
            note: text(8_000),
          },
        ),
        0,
        1_000_000,
      ),
      figures: list(json, 0, 1_000),
      facts: json,
    },
  ),
};

export const DOCUMENT_SCHEMAS: Readonly<Record<'plan' | 'reply' | 'finding' | 'opinion', Schema>> = {
  plan: PLAN_SCHEMA,
  reply: REPLY_SCHEMA,
  finding: FINDING_SCHEMA,
  opinion: OPINION_SCHEMA,
};
