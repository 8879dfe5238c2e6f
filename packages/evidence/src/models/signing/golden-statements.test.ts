import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sharedEvidence } from '../test-support/shared-data.ts';
import { digestFile, listSignableFiles } from './files.ts';
import { type Manifest, rootDigestInput, sortEntries } from './manifest.ts';
import { parseModelStatement, writeModelStatement } from './statement.ts';

const folder = sharedEvidence(join('oms', 'statements'));

/** The models that the golden statements were made from. */
const MODELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sample_model_file: { '.': 'This is a simple model' },
  empty_model_file: { '.': '' },
  sample_model_folder: Object.fromEntries([
    ...['f0', 'f1', 'f2', 'f3'].map((name) => [name, `This is file ${name} in root.`]),
    ...['d0/f00', 'd0/f01', 'd0/f02', 'd1/f10', 'd1/f11', 'd1/f12'].map((path) => {
      const [parent, name] = path.split('/');
      return [path, `This is file ${name} in ${parent}.`];
    }),
  ]),
  empty_model_folder: {},
  model_folder_with_empty_file: { empty_file: '' },
  deep_model_folder: Object.fromEntries(
    ['f0', 'f1', 'f2', 'f3'].map((name) => [`d0/d1/d2/d3/d4/${name}`, `This is file ${name}.`]),
  ),
  symlink_model_folder: { symlink_file: 'This is a simple model' },
};

describe('manifests of the reference implementation', { skip: folder === undefined }, () => {
  let place: string;
  before(async () => {
    place = await mkdtemp(join(tmpdir(), 'filiation-golden-'));
    for (const [model, files] of Object.entries(MODELS)) await build(join(place, model), files);
  });
  after(() => rm(place, { recursive: true, force: true }));

  const files = folder === undefined ? [] : readdirSync(folder).sort();
  test('all 21 are there', () => assert.equal(files.length, 21));

  for (const file of files)
    test(`${file}: the same entries and root from the same files`, async () => {
      const golden = parseModelStatement(readFileSync(join(folder!, file)), file);
      const model = file.replace(/(_small_shards|_shard)?\.json$/, '');
      const { settings } = golden.manifest;
      const entries = [];
      for (const found of await listSignableFiles(join(place, model)))
        entries.push(...(await digestFile(found, settings, () => undefined)));
      assert.deepEqual(sortEntries(entries), golden.manifest.entries);
      assert.equal(createHash('sha256').update(rootDigestInput(entries)).digest('hex'), golden.root);
    });

  for (const file of files)
    test(`${file}: written again in the form of the specification, it reads the same`, () => {
      const golden = parseModelStatement(readFileSync(join(folder!, file)), file);
      const written = writeModelStatement(golden.name!, golden.root!, golden.manifest as Manifest);
      assert.deepEqual(parseModelStatement(written, 'written'), golden);
      assert.doesNotMatch(new TextDecoder().decode(written), /-sharded|size":\d+\./);
    });
});

async function build(model: string, files: Readonly<Record<string, string>>): Promise<void> {
  if (files['.'] !== undefined) return writeFile(model, files['.']);
  await mkdir(model);
  for (const [path, text] of Object.entries(files)) {
    const file = join(model, path);
    await mkdir(dirname(file), { recursive: true });
    if (path === 'symlink_file') {
      await writeFile(`${model}.target`, text);
      await symlink(`${model}.target`, file);
    } else await writeFile(file, text);
  }
}
