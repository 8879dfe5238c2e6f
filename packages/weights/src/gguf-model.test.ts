import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CanonicalModel } from './canonical/model.ts';
import { requantisationMatch } from './formats/quant/requantisation.ts';
import { plainKernel } from './kernel/plain.ts';
import { openModel } from './open-model.ts';
import { pairContext } from './pair.ts';
import { convertToGguf } from './test-support/write-gguf.ts';
import { match } from './tests/match.ts';

function examples(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'examples/models'))) folder = dirname(folder);
  return join(folder, 'examples/models');
}

const FORMATS = ['F16', 'Q8_0', 'Q4_0', 'Q4_K', 'Q6_K'] as const;

describe('a model converted to GGUF', () => {
  let folder = '';
  let original: CanonicalModel;
  const converted = new Map<string, CanonicalModel>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gguf-model-'));
    original = await openModel(join(examples(), 'base_A'), { digest: 'skip' });
    for (const format of FORMATS) {
      const path = join(folder, `${format}.gguf`);
      await writeFile(path, await convertToGguf(join(examples(), 'base_A'), format));
      converted.set(format, await openModel(path, { digest: 'skip' }));
    }
  });
  after(async () => {
    for (const model of [original, ...converted.values()]) await model.store.close();
    await rm(folder, { recursive: true });
  });

  it('has the same tensors in the same roles, and nothing odd', () => {
    const roles = (model: CanonicalModel) =>
      model.tensors
        .map(({ role, layer, rows, columns }) => [role, layer ?? '-', rows, columns].join(' '))
        .sort();
    for (const model of converted.values()) {
      assert.deepEqual(roles(model), roles(original));
      assert.deepEqual(model.oddities, []);
      assert.deepEqual(model.unassigned, []);
    }
  });

  it('has the same architecture', () => {
    const { configuration: _, ...expected } = original.architecture;
    for (const model of converted.values()) {
      const { configuration, ...found } = model.architecture;
      assert.deepEqual(found, expected);
      assert.equal(configuration.num_key_value_heads, 2);
    }
  });

  it('has the same tokenizer, to the digests', () => {
    for (const model of converted.values()) assert.deepEqual(model.tokenizer, original.tokenizer);
  });

  it('reads back in F16 to the very numbers, query and key rows in their first order', async () => {
    const model = converted.get('F16')!;
    for (const tensor of original.tensors) {
      const same = model.find(tensor.role, tensor.layer, { bias: tensor.bias })!;
      assert.deepEqual((await model.read(same)).data, (await original.read(tensor)).data, tensor.origin);
    }
    const query = original.find('attention-q', 0)!;
    const stored = model.find('attention-q', 0)!.stored;
    const asStored = await model.store.elements(stored, 0, stored.elementCount);
    assert.notDeepEqual(asStored, (await original.read(query)).data);
  });

  it('reads back near to the numbers in every quantised format, also by single rows', async () => {
    const bounds = { Q8_0: 0.01, Q4_0: 0.14, Q4_K: 0.07, Q6_K: 0.01 };
    for (const [format, bound] of Object.entries(bounds))
      for (const role of ['embedding', 'attention-k', 'mlp-down'] as const) {
        const model = converted.get(format)!;
        const layer = role === 'embedding' ? undefined : 2;
        const rows = [17, 3, 60];
        const expected = (await original.read(original.find(role, layer)!, { rows })).data;
        const found = (await model.read(model.find(role, layer)!, { rows })).data;
        const error = Math.hypot(...found.map((value, i) => value - expected[i]!)) / Math.hypot(...expected);
        assert.ok(error > 0 && error < bound, `${format} ${role}: ${error}`);
      }
  });

  it('is recognised as the rounded original by its codes', async () => {
    const model = converted.get('Q4_0')!;
    const { stored } = model.find('mlp-up', 1)!;
    const bytes = await model.store.bytes(stored, 0, stored.byteLength);
    const { data } = await original.read(original.find('mlp-up', 1)!);
    const own = requantisationMatch(stored.dtype, data, bytes);
    assert.ok(own.equalCodes > 0.99 * own.codes, `${own.equalCodes} of ${own.codes}`);
    const tuned = await openModel(join(examples(), 'A_ft'), { digest: 'skip' });
    const relative = requantisationMatch(
      stored.dtype,
      (await tuned.read(tuned.find('mlp-up', 1)!)).data,
      bytes,
    );
    await tuned.store.close();
    assert.ok(relative.equalCodes < 0.98 * relative.codes, `${relative.equalCodes} of ${relative.codes}`);
    assert.ok(relative.equalCodes > 2 * relative.equalByChance * relative.codes);
  });

  it('compares as derived with what it was tuned from, and as unrelated with a stranger', async () => {
    const strength = async (name: string, format: 'Q4_0' | 'Q4_K') => {
      const path = join(folder, `${name}.gguf`);
      await writeFile(path, await convertToGguf(join(examples(), name), format));
      const subject = await openModel(path, { digest: 'skip' });
      const pair = pairContext({
        reference: original,
        subject,
        kernel: plainKernel(),
        parameters: { tokens: 512 },
      });
      const { log10P } = await match.run(pair);
      await subject.store.close();
      return log10P!;
    };
    assert.ok((await strength('A_ft', 'Q4_K')) < -1000);
    assert.ok((await strength('base_B', 'Q4_0')) > -4);
  });
});
