import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { CanonicalModel } from '../canonical/model.ts';
import type { WritableFormat } from '../formats/quant/quantise.ts';
import { plainKernel } from '../kernel/plain.ts';
import { openModel } from '../open-model.ts';
import { pairContext } from '../pair.ts';
import { exampleModel } from '../test-support/examples.ts';
import { convertToGguf } from '../test-support/write-gguf.ts';
import { identity } from '../tests/identity.ts';
import { tensorPass } from './tensor-pass.ts';

describe('tensors stored in blocks', () => {
  let folder = '';
  const opened: CanonicalModel[] = [];

  const open = async (path: string): Promise<CanonicalModel> => {
    const model = await openModel(path, { digest: 'skip' });
    opened.push(model);
    return model;
  };
  const converted = async (name: string, format: WritableFormat): Promise<CanonicalModel> => {
    const path = join(folder, `${name}-${format}.gguf`);
    await writeFile(path, await convertToGguf(exampleModel(name), format));
    return open(path);
  };
  const blockMatches = async (reference: CanonicalModel, subject: CanonicalModel) => {
    const pass = await tensorPass(pairContext({ reference, subject, kernel: plainKernel() }));
    return pass.measures.flatMap(({ rounding }) => rounding.requantised ?? []);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'requantised-blocks-'));
  });
  after(async () => {
    for (const model of opened) await model.store.close();
    await rm(folder, { recursive: true });
  });

  it('are recognised as their original rounded, rotary rows put back, from either side', async () => {
    const original = await open(exampleModel('base_A'));
    for (const format of ['Q8_0', 'Q4_0'] as const) {
      const child = await converted('base_A', format);
      const there = await blockMatches(original, child);
      assert.equal(there.length, 30);
      assert.ok(there.every(({ from, as, share }) => from === 'reference' && as === format && share > 0.985));
      assert.ok((await blockMatches(child, original)).every(({ from }) => from === 'subject'));
    }
  });

  it('are not the rounding of a tuned relative', async () => {
    const tuned = await open(exampleModel('A_ft'));
    assert.deepEqual(await blockMatches(tuned, await converted('base_A', 'Q8_0')), []);
  });

  it('hold the same numbers as a float16 file of theirs', async () => {
    const original = await open(exampleModel('base_A'));
    const plain = await converted('base_A', 'F16');
    const outcome = await identity.run(
      pairContext({ reference: original, subject: plain, kernel: plainKernel() }),
    );
    assert.equal(outcome.facts!.allIdentical, true);
  });
});
