import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { CLAIM_NAMES, CLAIM_SCHEMAS } from '../claims/schemas.ts';
import type { JsonValue } from '../json.ts';
import { list, object, text } from './parts.ts';
import { type Schema, schemaFaults } from './schema.ts';

const sample = object(
  { name: text(5), tags: list({ type: 'string', enum: ['a', 'b'] }, 1, 3) },
  { size: { type: 'integer', minimum: 0, maximum: 10 }, inner: object({ x: { type: 'number' } }) },
);

describe('schemaFaults', () => {
  it('accepts what fits', () => {
    assert.deepEqual(schemaFaults(sample, { name: 'abc', tags: ['a'], size: 3, inner: { x: 0.5 } }), []);
  });

  it('names the place of a fault as a JSON Pointer', () => {
    const faults = schemaFaults(sample, { name: 'abc', tags: ['a', 'c'] });
    assert.deepEqual(faults, [{ pointer: '/tags/1', message: 'must be one of a, b' }]);
  });

  it('refuses unknown members, also those of the prototype', () => {
    assert.match(schemaFaults(sample, { name: 'a', tags: ['a'], toString: 1 })[0]?.message ?? '', /unknown/);
  });

  it('agrees with an independent validator on arbitrary values', () => {
    const ajv = new Ajv2020({ strict: false });
    const validate = ajv.compile(sample);
    const near = fc.record(
      {
        name: fc.oneof(fc.string({ maxLength: 7 }), fc.integer()),
        tags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }),
        size: fc.oneof(fc.integer({ min: -2, max: 12 }), fc.double({ noNaN: true }), fc.constant(null)),
        inner: fc.oneof(
          fc.record({ x: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
          fc.jsonValue(),
        ),
        extra: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(near, fc.jsonValue()), (value) => {
        assert.equal(schemaFaults(sample, value as JsonValue).length === 0, validate(value));
      }),
      { numRuns: 2000, seed: 3 },
    );
  });
});

describe('claim schemas', () => {
  it('compile in an independent validator, closed at every level', () => {
    for (const name of CLAIM_NAMES) {
      new Ajv2020({ strict: true, allowUnionTypes: true }).compile(CLAIM_SCHEMAS[name]);
      assertClosed(CLAIM_SCHEMAS[name], name);
    }
  });

  it('require the header that binds a claim into one history', () => {
    for (const name of CLAIM_NAMES)
      assert.deepEqual(CLAIM_SCHEMAS[name].required?.slice(0, 4), ['case', 'actor', 'at', 'seen']);
  });

  it('hold no floating-point number: decimals are strings', () => {
    for (const name of CLAIM_NAMES)
      assert.ok(!JSON.stringify(CLAIM_SCHEMAS[name]).includes('"number"}'), name);
  });
});

function assertClosed(schema: Schema, where: string): void {
  if (schema.type === 'object') assert.equal(schema.additionalProperties, false, where);
  for (const [name, inner] of Object.entries(schema.properties ?? {}))
    assertClosed(inner, `${where}/${name}`);
  if (schema.items !== undefined) assertClosed(schema.items, `${where}/items`);
}
