import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FAMILY_LISTINGS, type FamilyListing } from '../test-support/family-listings.ts';
import { buildModel } from './build.ts';
import { memoryStore } from './memory-store.ts';
import type { CanonicalModel } from './model.ts';

function build(expected: FamilyListing): CanonicalModel {
  const tensors = Object.entries(expected.tensors).map(([name, shape]) => ({
    name,
    shape,
    data: new Float32Array(shape.reduce((product, side) => product * side, 1)),
  }));
  const store = memoryStore(tensors, { format: expected.gguf === undefined ? 'safetensors' : 'gguf' });
  const { configuration = {} } = expected;
  return buildModel({ name: expected.family, digest: 'memory:test', store, configuration });
}

function rolesOf(model: CanonicalModel): string {
  return model.tensors
    .map(
      ({ role, expert, bias }) => `${role}${expert === undefined ? '' : `[${expert}]`}${bias ? ':bias' : ''}`,
    )
    .sort()
    .join(' ');
}

describe('names of published families', () => {
  for (const expected of FAMILY_LISTINGS) {
    const where = expected.gguf === undefined ? '' : ' in GGUF';
    it(`gives ${expected.configuration?.model_type}${where} its roles`, () => {
      const model = build(expected);
      assert.equal(rolesOf(model), expected.roles);
      assert.equal(model.unassigned.map(({ name }) => name).join(' '), expected.unassigned ?? '');
      assert.equal(model.architecture.family, expected.family);
      assert.equal(model.architecture.hiddenSize, 8);
      assert.deepEqual(model.oddities, []);
    });
  }
});
