import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ModelDeclaration } from '@filiation/evidence';
import type { ComparisonReport, LineageTree } from '@filiation/weights';
import { type CliRun, example, filiation } from './run-cli.ts';

describe('filiation declare', () => {
  let folder = '';
  const path = (...names: string[]): string => join(folder, ...names);
  const declare = (...args: string[]): CliRun => filiation(['declare', ...args]);
  const json = <T>(run: CliRun): T => {
    assert.equal(run.status, 0, run.stderr);
    return JSON.parse(run.stdout) as T;
  };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-declare-'));
    for (const name of ['base_A', 'A_ft']) await cp(example(name), path(name), { recursive: true });
  });
  after(() => rm(folder, { recursive: true }));

  it('states ancestors beside the model, and compare sets them against what it finds', async () => {
    const before = await readdir(path('A_ft'));
    const compare = (): ComparisonReport =>
      json(filiation(['compare', path('base_A'), path('A_ft'), '--json'], { cache: folder }));
    assert.equal(compare().claims?.status, 'silent');

    const stated = json<ModelDeclaration>(
      declare(path('A_ft'), '--ancestor', 'owner/base_A:fine-tune', '--json'),
    );
    assert.deepEqual(stated.ancestors, [{ name: 'owner/base_A', relation: 'fine-tune' }]);
    assert.equal(stated.completeness, 'partial');
    const confirmed = compare();
    assert.equal(confirmed.claims?.status, 'confirmed');
    assert.equal(`sha256:${stated.model.sha256}`, confirmed.subject.digest);
    assert.deepEqual(await readdir(path('A_ft')), before);

    assert.equal(declare(path('A_ft'), '--from-scratch').status, 2);
    json(declare(path('A_ft'), '--from-scratch', '--force', '--json'));
    const page = path('page.html');
    const run = filiation(['compare', path('base_A'), path('A_ft'), '--html', page], { cache: folder });
    assert.match(run.stdout, /Claimed +✗ contradicted: declaration says trained from scratch/);
    assert.match(await readFile(page, 'utf8'), /What is claimed of B/);
    const tree = json<LineageTree>(
      filiation(['tree', path('base_A'), path('A_ft'), '--json'], { cache: folder }),
    );
    assert.deepEqual(
      tree.claims.map(({ child, parent, source }) => ({ child, parent, source })),
      [{ child: 'A_ft', parent: undefined, source: 'declaration' }],
    );
    await rm(path('A_ft.declaration.json'));
  });

  it('writes and reads bills of materials, the same bytes for the same declaration', async () => {
    const digest = 'ab'.repeat(32);
    const args = [
      ...[path('A_ft'), '--ancestor', 'owner/base_A', `x:y:merge:${digest}`, '--complete'],
      ...['--license', 'mit', '--dataset', 'owner/data', '--at', '2026-05-01'],
    ];
    const made = json<ModelDeclaration>(
      declare(...args, '--out', path('one.json'), '--bom', path('one.cdx.json'), '--json'),
    );
    assert.deepEqual(made.ancestors, [
      { name: 'owner/base_A', relation: 'unknown' },
      { name: 'x:y', relation: 'merge', sha256: digest },
    ]);
    json(declare(...args, '--out', path('two.json'), '--bom', path('two.cdx.json'), '--json'));
    assert.equal(await readFile(path('one.cdx.json'), 'utf8'), await readFile(path('two.cdx.json'), 'utf8'));
    const read = json<ModelDeclaration>(
      declare(path('A_ft'), '--from-bom', path('one.cdx.json'), '--out', path('three.json'), '--json'),
    );
    assert.equal(read.basis, 'cyclonedx');
    assert.equal(read.sources.length, 1);
    for (const part of ['ancestors', 'completeness', 'licenses', 'datasets'] as const)
      assert.deepEqual(read[part], made[part]);
  });

  it("takes what the model's own files state, with the digests of those files", async () => {
    await mkdir(path('carded'));
    await writeFile(path('carded', 'model.bin'), 'x');
    await writeFile(
      path('carded', 'README.md'),
      '---\nbase_model: a/b\nbase_model_relation: quantized\n---\n',
    );
    await writeFile(path('carded', 'config.json'), '{"_name_or_path": "c/d", "x": NaN}');
    assert.match(declare(path('carded'), '--from-card').stderr, /config\.json is not JSON/);
    await writeFile(path('carded', 'config.json'), '{"_name_or_path": "c/d"}');
    const stated = json<ModelDeclaration>(declare(path('carded'), '--from-card', '--json'));
    assert.deepEqual(stated.ancestors, [
      { name: 'a/b', relation: 'quantized' },
      { name: 'c/d', relation: 'unknown' },
    ]);
    assert.deepEqual(
      stated.sources.map((source) => source.name),
      ['README.md', 'config.json'],
    );
    assert.match(declare(path('A_ft'), '--from-card').stderr, /absent statement says nothing/);
  });

  it('logs a claim in a case, about the exhibit with the digest of the model', () => {
    process.env.FILIATION_PASSPHRASE = 'correct horse battery staple';
    const place = path('case');
    const party = 'claimant=Claimant;claimant;custodian,examiner';
    assert.equal(filiation(['case', 'new', place, '--title', 'A case', '--party', party]).status, 0);
    const unknown = declare(path('A_ft'), '--from-scratch', '--case', place);
    assert.match(unknown.stderr, /no exhibit of the case is A_ft/);
    assert.equal(unknown.status, 2);
    const added = filiation(['case', 'add', place, path('A_ft'), '--origin', 'a hub', '--from', 'B']);
    assert.equal(added.status, 0, added.stderr);
    const run = declare(path('A_ft'), '--ancestor', 'owner/base_A:fine-tune', '--case', place);
    assert.match(run.stdout, /Logged +about exhibit E1/);
    assert.match(filiation(['case', 'log', place]).stdout, /declaration E1/);
    delete process.env.FILIATION_PASSPHRASE;
  });

  it('refuses what is unclear, hostile or would change an exhibit', async () => {
    const model = path('A_ft');
    const bom = async (document: unknown): Promise<string> => {
      await writeFile(path('hostile.json'), JSON.stringify(document));
      return path('hostile.json');
    };
    const cdx = { bomFormat: 'CycloneDX', specVersion: '1.6' };
    const named = (name: string) => ({ type: 'machine-learning-model', name });
    const cases: readonly (readonly [args: readonly string[], says: RegExp])[] = [
      [[model], /exactly one of/],
      [[model, '--from-scratch', '--from-card'], /exactly one of/],
      [[model, '--from-scratch', '--complete'], /--complete/],
      [[model, '--from-scratch', '--as', 'claimant'], /belong to a case/],
      [[model, '--from-scratch', '--case', folder], /no case folder/],
      [[model, '--from-scratch', '--out', join(model, 'x.json')], /lies in the folder/],
      [[model, '--from-scratch', '--out', path('x'), '--bom', path('x')], /named for two outputs/],
      [[model, '--from-scratch', '--at', 'soon'], /give a time/],
      [[model, '--ancestor', ':merge'], /give a name/],
      [[path('nothing'), '--from-scratch'], /does not exist/],
      [[model, '--from-bom', await bom([])], /not an object/],
    ];
    for (const [args, says] of cases) {
      const run = declare(...args);
      assert.match(run.stderr, says, args.join(' '));
      assert.equal(run.status, 2, args.join(' '));
    }
    const documents: readonly (readonly [document: unknown, says: RegExp])[] = [
      [{ ...cdx, components: [] }, /describes no model/],
      [{ ...cdx, components: [named('p'), named('q')] }, /describes 2 models/],
      [{ ...cdx, components: [named('A_ft')] }, /names no ancestor/],
      [{ ...cdx, components: [named('\u001b[2J'), named('\u202eq')] }, /\\u001b\[2J.*\\u202eq/],
    ];
    for (const [document, says] of documents) {
      const run = declare(model, '--from-bom', await bom(document));
      assert.match(run.stderr, says);
      assert.ok(!run.stderr.includes('\u001b[2J') && !run.stderr.includes('\u202e'));
      assert.equal(run.status, 2);
    }
    await writeFile(path('A_ft.declaration.json'), '{"schema": "filiation.declaration/1"}');
    const run = filiation(['compare', path('base_A'), model], { cache: folder });
    assert.equal(run.status, 2);
    assert.match(run.stderr, /A_ft\.declaration\.json/);
  });
});
