import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FiliationError } from '@filiation/verify';
import fc from 'fast-check';
import { DECLARED_RELATIONS, type ModelDeclaration } from '../declaration.ts';
import { parseModelBom } from './read-bom.ts';
import { modelBom } from './write-bom.ts';

const hex = 'ab'.repeat(32);
const declaration: ModelDeclaration = {
  schema: 'filiation.declaration/1',
  model: { name: 'owner/child', sha256: hex },
  ancestors: [
    { name: 'owner/base', relation: 'fine-tune', sha256: 'cd'.repeat(32) },
    { name: 'a base without owner', relation: 'unknown' },
  ],
  completeness: 'partial',
  basis: 'party',
  sources: [],
  licenses: ['apache-2.0'],
  datasets: ['owner/data'],
  declaredAt: '2026-05-01T12:00:00Z',
};
const tool = { name: 'filiation', version: '0' };
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const bomOf = (component: object, more: object = {}) =>
  parseModelBom(
    encode({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [component], ...more }),
    'bom.json',
  );
const model = { type: 'machine-learning-model', name: 'm' };

describe('a CycloneDX bill of materials', () => {
  test('written from a declaration reads back as declared', () => {
    const files = [{ name: 'model.safetensors', size: 3, sha256: hex }];
    const { models, specVersion } = parseModelBom(
      encode(modelBom(declaration, { files, task: 'text-generation', tool })),
      'bom.json',
    );
    assert.equal(specVersion, '1.6');
    assert.deepEqual(models, [
      {
        name: 'owner/child',
        hashes: {},
        treeDigest: hex,
        ancestors: declaration.ancestors,
        descendants: [],
        variants: [],
        completeness: 'partial',
        licenses: ['apache-2.0'],
        card: { task: 'text-generation', datasets: ['owner/data'] },
      },
    ]);
  });

  test('is the same for the same declaration and has another number for another', () => {
    const one = modelBom(declaration, { tool });
    assert.deepEqual(modelBom(declaration, { tool }), one);
    assert.match(
      String(one.serialNumber),
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.notEqual(modelBom({ ...declaration, datasets: [] }, { tool }).serialNumber, one.serialNumber);
  });

  test('of other makers: versions 1.5 to 1.7, nested components, pedigree, hashes, model card', () => {
    const component = {
      ...model,
      group: 'owner',
      version: '2',
      hashes: [{ alg: 'SHA-256', content: hex.toUpperCase() }],
      licenses: [{ license: { id: 'MIT' } }, { expression: 'MIT OR Apache-2.0' }],
      pedigree: {
        ancestors: [
          { type: 'machine-learning-model', name: 'base', hashes: [{ alg: 'SHA-256', content: hex }] },
        ],
        descendants: [{ type: 'machine-learning-model', name: 'child' }],
        variants: [{ type: 'machine-learning-model', name: 'gguf' }],
        notes: 'anything',
      },
      modelCard: {
        modelParameters: {
          approach: { type: 'supervised' },
          task: 'classification',
          architectureFamily: 'transformer',
          modelArchitecture: 'bert',
          datasets: [{ type: 'dataset', name: 'd' }, { ref: 'data-1' }],
        },
      },
    };
    for (const specVersion of ['1.5', '1.6', '1.7']) {
      const library = { type: 'library', name: 'numpy', components: [component] };
      const { models } = bomOf(library, { specVersion });
      assert.deepEqual(models, [
        {
          name: 'owner/m',
          version: '2',
          hashes: { 'SHA-256': hex },
          ancestors: [{ name: 'base', relation: 'unknown', sha256: hex }],
          descendants: ['child'],
          variants: ['gguf'],
          completeness: 'unknown',
          licenses: ['MIT', 'MIT OR Apache-2.0'],
          card: {
            task: 'classification',
            architectureFamily: 'transformer',
            modelArchitecture: 'bert',
            approach: 'supervised',
            datasets: ['d', 'data-1'],
          },
        },
      ]);
    }
  });

  test('the subject of the document comes first', () => {
    const { models } = bomOf(model, { metadata: { component: { ...model, name: 'subject' } } });
    assert.deepEqual(
      models.map((each) => each.name),
      ['subject', 'm'],
    );
  });

  test('is refused where it is none, too new, too large or misshapen', () => {
    const refused: readonly (readonly [code: string, value: unknown])[] = [
      ['MALFORMED', []],
      ['UNSUPPORTED', { spdxVersion: 'SPDX-3.0' }],
      ['UNSUPPORTED', { bomFormat: 'CycloneDX', specVersion: '2.0' }],
      ['MALFORMED', { bomFormat: 'CycloneDX', specVersion: '1.6', components: {} }],
      ['MALFORMED', { bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ ...model, name: 7 }] }],
      ['MALFORMED', { bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ ...model, pedigree: [] }] }],
      [
        'MALFORMED',
        {
          bomFormat: 'CycloneDX',
          specVersion: '1.6',
          components: [{ ...model, hashes: [{ alg: 'SHA-256', content: 'zz' }] }],
        },
      ],
      [
        'LIMIT_EXCEEDED',
        {
          bomFormat: 'CycloneDX',
          specVersion: '1.6',
          components: [{ ...model, pedigree: { ancestors: Array(300).fill(model) } }],
        },
      ],
      [
        'LIMIT_EXCEEDED',
        {
          bomFormat: 'CycloneDX',
          specVersion: '1.6',
          components: Array(100_001).fill({ type: 'file', name: 'f' }),
        },
      ],
    ];
    for (const [code, value] of refused) assert.throws(() => parseModelBom(encode(value), 'x'), { code });
  });

  test('any declaration survives the journey', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record(
            {
              name: fc.string({ minLength: 1, maxLength: 30 }),
              relation: fc.constantFrom(...DECLARED_RELATIONS),
              sha256: fc.constant(hex),
            },
            { requiredKeys: ['name', 'relation'], noNullPrototype: true },
          ),
          { minLength: 1, maxLength: 5 },
        ),
        (ancestors) => {
          const bom = modelBom({ ...declaration, ancestors }, { tool });
          assert.deepEqual(parseModelBom(encode(bom), 'x').models[0]!.ancestors, ancestors);
        },
      ),
    ));

  test('any other JSON ends in one of our errors', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('components', 'metadata'), fc.jsonValue()), (parts) => {
        try {
          parseModelBom(encode({ bomFormat: 'CycloneDX', specVersion: '1.6', ...parts }), 'x');
        } catch (error) {
          assert.ok(error instanceof FiliationError, String(error));
        }
      }),
    ));
});
