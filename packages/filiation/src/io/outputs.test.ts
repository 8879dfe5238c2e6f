import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import { prepareOutputs } from './outputs.ts';

describe('prepareOutputs', () => {
  let folder = '';
  let model = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-outputs-'));
    model = join(folder, 'model');
    await mkdir(model);
    await writeFile(join(model, 'model.safetensors'), '');
    await symlink(model, join(folder, 'link'));
  });
  after(() => rm(folder, { recursive: true }));

  const refused = (error: unknown) => error instanceof FiliationError && error.code === 'USAGE';

  it('refuses what would write over a model or into its folder, by any name', async () => {
    const file = join(model, 'model.safetensors');
    await assert.rejects(prepareOutputs([file], [file]), refused);
    await assert.rejects(prepareOutputs([join(folder, 'link', 'model.safetensors')], [file]), refused);
    await assert.rejects(prepareOutputs([join(folder, 'link', 'new', 'page.html')], [model]), refused);
    await assert.rejects(prepareOutputs([join(model, 'page.html')], [join(folder, 'link')]), refused);
  });

  it('refuses two outputs of one name', async () => {
    const page = join(folder, 'page.html');
    await assert.rejects(prepareOutputs([page, join(folder, '.', 'page.html')], [model]), refused);
  });

  it('takes a place beside the models', async () => {
    await prepareOutputs([join(folder, 'model.html'), undefined, join(folder, 'new', 'tree.nwk')], [model]);
    await prepareOutputs([join(model, 'page.html')], [join(model, 'model.safetensors')]);
  });
});
