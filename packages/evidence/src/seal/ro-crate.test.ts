import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError, type JsonObject } from '@filiation/verify';
import { type CrateMetadata, roCrate } from './ro-crate.ts';

const sha256 = 'a'.repeat(64);
const metadata: CrateMetadata = {
  name: 'Example against Sample',
  description: 'Whether model B descends from model A.',
  datePublished: '2026-03-01T12:00:00Z',
  license: 'For the parties and the tribunal only.',
  identifier: 'case-1',
  software: { name: 'filiation', version: '0.1.0' },
  parties: [
    { id: 'claimant', name: 'Example', kind: 'organization' },
    { id: 'expert', name: 'A. Expert', kind: 'person', description: 'neutral examiner' },
  ],
  files: [
    {
      path: `exhibits/${sha256}/my model #1.gguf`,
      size: 5,
      sha256,
      encodingFormat: 'application/octet-stream',
    },
    { path: 'findings/f.json', size: 2 ** 33, sha256, name: 'Finding F1' },
  ],
  exhibits: [
    { number: 'E1', name: 'Model A', sha256, files: [`exhibits/${sha256}/my model #1.gguf`] },
    { number: 'E2', name: 'Model B', sha256, description: 'withheld', files: [] },
  ],
  actions: [
    {
      number: 'R1',
      name: 'Run of plan P1',
      agent: 'expert',
      startTime: '2026-02-01T12:00:00Z',
      endTime: '2026-02-01T12:01:00Z',
      completed: true,
      object: ['E1', 'E2'],
      result: ['findings/f.json'],
    },
  ],
};

function graph(crate: JsonObject): Map<string, JsonObject> {
  const entities = crate['@graph'] as readonly JsonObject[];
  return new Map(entities.map((entity) => [String(entity['@id']), entity]));
}

describe('roCrate', () => {
  it('has the descriptor and the root that RO-Crate 1.2 asks for', () => {
    const crate = roCrate(metadata);
    assert.equal(crate['@context'], 'https://w3id.org/ro/crate/1.2/context');
    const entities = graph(crate);
    assert.deepEqual(entities.get('ro-crate-metadata.json'), {
      '@id': 'ro-crate-metadata.json',
      '@type': 'CreativeWork',
      about: { '@id': './' },
      conformsTo: { '@id': 'https://w3id.org/ro/crate/1.2' },
    });
    const root = entities.get('./')!;
    assert.equal(root['@type'], 'Dataset');
    for (const property of ['name', 'description', 'datePublished', 'license'])
      assert.equal(typeof root[property], 'string');
    assert.deepEqual(root.hasPart, [
      { '@id': `exhibits/${sha256}/my%20model%20%231.gguf` },
      { '@id': 'findings/f.json' },
    ]);
  });

  it('is flat: each reference leads to an entity, each entity stands once', () => {
    const crate = roCrate(metadata);
    const entities = graph(crate);
    assert.equal(entities.size, (crate['@graph'] as readonly unknown[]).length);
    const outside = /^https?:\/\/(?:w3id\.org|schema\.org)\//;
    const check = (value: unknown, depth: number): void => {
      if (typeof value !== 'object' || value === null) return;
      if (Array.isArray(value)) {
        for (const one of value) check(one, depth);
        return;
      }
      const object = value as JsonObject;
      if (depth > 0) {
        assert.deepEqual(Object.keys(object), ['@id']);
        const id = String(object['@id']);
        assert.ok(entities.has(id) || outside.test(id), id);
      } else for (const inner of Object.values(object)) check(inner, depth + 1);
    };
    for (const entity of entities.values()) check(entity, 0);
  });

  it('describes files, exhibits, parties and runs', () => {
    const entities = graph(roCrate(metadata));
    assert.deepEqual(entities.get('findings/f.json'), {
      '@id': 'findings/f.json',
      '@type': 'File',
      name: 'Finding F1',
      contentSize: '8589934592',
      sha256,
    });
    assert.equal(entities.get('#party-expert')?.['@type'], 'Person');
    assert.equal(entities.get('#E2')?.hasPart, undefined);
    const run = entities.get('#R1')!;
    assert.equal(run['@type'], 'CreateAction');
    assert.deepEqual(run.agent, { '@id': '#party-expert' });
    assert.deepEqual(run.instrument, { '@id': '#software' });
    assert.deepEqual(run.object, [{ '@id': '#E1' }, { '@id': '#E2' }]);
    assert.deepEqual(run.result, [{ '@id': 'findings/f.json' }]);
    assert.equal(run.endTime, '2026-02-01T12:01:00Z');
  });

  it('refuses to name what it does not describe', () => {
    const lost = { ...metadata, actions: [{ ...metadata.actions[0]!, result: ['findings/lost.json'] }] };
    assert.throws(
      () => roCrate(lost),
      (error) => error instanceof FiliationError && /lost/.test(error.message),
    );
  });
});
