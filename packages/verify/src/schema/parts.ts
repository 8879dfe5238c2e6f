import type { Schema } from './schema.ts';

/** Building blocks of the claim and document schemas. */

/** Closed object: every member is required but those named optional. */
export function object(
  required: { readonly [name: string]: Schema },
  optional: { readonly [name: string]: Schema } = {},
): Schema {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

export function list(items: Schema, minItems = 0, maxItems = 10_000): Schema {
  return { type: 'array', items, minItems, maxItems };
}

export function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}

export function described(schema: Schema, description: string): Schema {
  return { ...schema, description };
}

/** Text that people wrote: no control characters but line breaks and tabs. */
export function text(maxLength: number, minLength = 1): Schema {
  return {
    type: 'string',
    minLength,
    maxLength,
    pattern: '^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$',
  };
}

export const shortText: Schema = text(300);
export const longText: Schema = text(8_000);
export const hash: Schema = { type: 'string', pattern: '^[0-9a-f]{64}$' };
export const count: Schema = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
export const yesNo: Schema = { type: 'boolean' };
/** Declared time, RFC 3339 UTC. */
export const instant: Schema = {
  type: 'string',
  pattern: '^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]{1,9})?Z$',
};
/** RFC 3339 with any offset. */
export const instantWithOffset: Schema = {
  type: 'string',
  pattern:
    '^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]{1,9})?(Z|[+-][0-2][0-9]:[0-5][0-9])$',
};
/** Any JSON number, as text: another language must agree on every byte. */
export const decimal: Schema = {
  type: 'string',
  pattern: '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?(e[+-]?[0-9]{1,5})?$',
};
export const partyId: Schema = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,31}$' };
export const caseId: Schema = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' };
/** Signed-note verifier key. */
export const verifierKey: Schema = {
  type: 'string',
  pattern: '^[^\\s+]{1,200}\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}$',
};

/** `E1`, `P2`…: a letter and a number without leading zeros. */
export function numbered(letter: string): Schema {
  return { type: 'string', pattern: `^${letter}[1-9][0-9]{0,6}$` };
}
