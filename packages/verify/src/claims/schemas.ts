import {
  caseId,
  count,
  decimal,
  described,
  hash,
  instant,
  instantWithOffset,
  list,
  longText,
  numbered,
  object,
  oneOf,
  partyId,
  shortText,
  text,
  verifierKey,
  yesNo,
} from '../schema/parts.ts';
import type { Schema } from '../schema/schema.ts';
import type { ClaimName } from './predicates.ts';

const header = {
  case: caseId,
  actor: described(partyId, 'Id of the party that signs.'),
  at: described(
    instant,
    'When the signer says it signed; trusted only as far as time tokens and cosignatures confirm it.',
  ),
  seen: described(
    object({ size: count, root: hash }),
    'The log as the signer saw it when signing; binds the claim into one history.',
  ),
};
const question = oneOf('weights', 'outputs', 'service', 'harvest', 'leak', 'artefacts');

const party = object(
  {
    id: partyId,
    name: shortText,
    side: oneOf('claimant', 'respondent', 'neutral'),
    roles: list(
      oneOf('custodian', 'examiner', 'neutral', 'counsel', 'tribunal', 'observer', 'auditor', 'witness'),
      1,
      8,
    ),
  },
  { key: verifierKey },
);

const deadline = object(
  {
    number: numbered('D'),
    kind: oneOf(
      'preserve-by',
      'disclose-by',
      'report-by',
      'questions-by',
      'joint-statement-by',
      'reply-by',
      'hearing',
      'other',
    ),
    due: instantWithOffset,
    source: described(shortText, 'Order, rule or agreement that sets it.'),
  },
  { party: partyId, replaces: numbered('D') },
);

const test = object({ id: text(100), version: text(40) });

const predicates: Readonly<Record<ClaimName, { readonly about: string; readonly schema: Schema }>> = {
  case: {
    about: 'The first entry, and only the first: parties, propositions, the log itself.',
    schema: object({
      ...header,
      title: shortText,
      question,
      propositions: object({ h1: longText, h2: longText }),
      parties: list(party, 1, 200),
      timeZone: text(64),
      deadlines: list(deadline, 0, 1_000),
      log: object({ origin: text(200), key: verifierKey }),
    }),
  },
  party: { about: 'A party joins, or its roles change.', schema: object({ ...header, party }) },
  key: {
    about: 'A key takes the place of another, or is revoked.',
    schema: object(
      { ...header, action: oneOf('rotate', 'revoke'), party: partyId, key: verifierKey, reason: shortText },
      { replaces: verifierKey },
    ),
  },
  deadline: { about: 'A deadline is set or moved.', schema: object({ ...header, deadline }) },
  exhibit: {
    about: 'An exhibit is received and identified by its digest.',
    schema: object(
      {
        ...header,
        exhibit: numbered('E'),
        kind: oneOf('model', 'transcript', 'log', 'mark-book', 'code', 'document', 'other'),
        name: shortText,
        size: count,
        files: count,
        origin: shortText,
        custodian: partyId,
        handedOverBy: shortText,
        receivedAt: instantWithOffset,
        storage: oneOf('copy', 'reference', 'committed'),
      },
      { location: text(2_000), commitment: hash, notes: longText },
    ),
  },
  custody: {
    about: 'An exhibit passes from one hand to another.',
    schema: object(
      {
        ...header,
        exhibit: numbered('E'),
        from: shortText,
        to: shortText,
        transferredAt: instantWithOffset,
        means: shortText,
        condition: oneOf('unchanged', 'changed', 'not-checked'),
      },
      { notes: longText },
    ),
  },
  declaration: {
    about: "A party's statement of a model's ancestors: a claim, never a fact.",
    schema: object({
      ...header,
      exhibit: numbered('E'),
      ancestors: list(
        object(
          {
            name: shortText,
            relation: oneOf('fine-tune', 'adapter', 'merge', 'quantized', 'distilled', 'pruned', 'unknown'),
          },
          { sha256: hash },
        ),
        0,
        200,
      ),
      completeness: oneOf('complete', 'partial', 'none'),
      basis: shortText,
    }),
  },
  seed: {
    about: 'A joint seed: both sides commit, then reveal; or a beacon round fixed in advance.',
    schema: object(
      {
        ...header,
        seed: numbered('S'),
        step: oneOf('commit', 'reveal', 'beacon-choice', 'beacon-value', 'result'),
      },
      {
        value: { type: 'string', pattern: '^([0-9a-f]{2}){16,512}$' },
        beacon: object({ name: shortText, round: count, at: instant }),
      },
    ),
  },
  plan: {
    about: 'What will be run and how it will be read, fixed before the run.',
    schema: object(
      { ...header, plan: numbered('P'), tests: count },
      { amends: numbered('P'), reason: longText },
    ),
  },
  run: {
    about: 'A run begins or ends.',
    schema: object(
      {
        ...header,
        run: numbered('R'),
        step: oneOf('start', 'end', 'abandon'),
        exploratory: yesNo,
        software: text(200),
      },
      { plan: numbered('P'), findings: count, reason: longText },
    ),
  },
  finding: {
    about: 'The outcome of one test on named exhibits.',
    schema: object(
      {
        ...header,
        finding: numbered('F'),
        run: numbered('R'),
        test,
        status: oneOf('tested', 'not-testable', 'failed'),
        exactness: oneOf('exact', 'calibrated', 'descriptive'),
        exploratory: yesNo,
      },
      { plan: numbered('P'), comparison: numbered('C'), log10P: decimal, log10LR: decimal },
    ),
  },
  opinion: {
    about: 'Findings combined under one pair of propositions by the rule of the plan.',
    schema: object({
      ...header,
      opinion: numbered('O'),
      plan: numbered('P'),
      comparison: numbered('C'),
      rule: text(200),
      sentence: longText,
    }),
  },
  reply: {
    about: "A party's answer to an exhibit, plan, finding, opinion or report.",
    schema: object({
      ...header,
      reply: numbered('Y'),
      to: { type: 'string', pattern: '^[DEFOPRTY][1-9][0-9]{0,6}$' },
      position: oneOf('agreed', 'disputed', 'not-known', 'objection'),
      ground: longText,
    }),
  },
  disclosure: {
    about: 'Parts of an exhibit are committed to, opened, withheld or sketched.',
    schema: object(
      {
        ...header,
        exhibit: numbered('E'),
        action: oneOf('commit', 'open', 'withhold', 'sketch'),
        commitment: hash,
        parts: count,
        of: count,
      },
      {
        ground: longText,
        to: shortText,
        leak: object({ seed: numbered('S'), released: count, total: count, cap: count }),
      },
    ),
  },
  report: {
    about: 'A report is issued.',
    schema: object({
      ...header,
      report: numbered('T'),
      author: shortText,
      format: oneOf('html', 'pdf', 'json'),
    }),
  },
  correction: {
    about: 'Nothing is deleted: a correction points at what it corrects.',
    schema: object({ ...header, corrects: count, reason: longText }),
  },
  seal: {
    about: 'The last entry of a bundle: what goes in, what is withheld.',
    schema: object({
      ...header,
      included: count,
      withheld: list(object({ exhibit: numbered('E'), ground: longText }), 0, 10_000),
    }),
  },
};

/** Names of all claims, in the order of a case's life. */
export const CLAIM_NAMES: readonly ClaimName[] = Object.keys(predicates) as ClaimName[];

/** JSON Schema of each predicate: what every entry is validated with and what `docs/schema/` shows. */
export const CLAIM_SCHEMAS: Readonly<Record<ClaimName, Schema>> = Object.fromEntries(
  CLAIM_NAMES.map((name) => [
    name,
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:filiation:claim:${name}:v1`,
      title: `Filiation claim: ${name}`,
      description: predicates[name].about,
      ...predicates[name].schema,
    },
  ]),
) as unknown as Readonly<Record<ClaimName, Schema>>;
