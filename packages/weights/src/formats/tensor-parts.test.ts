import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { FiliationError, type TensorPart } from '@filiation/evidence';
import type { TensorStore } from '../store.ts';
import { exampleModel } from '../test-support/examples.ts';
import { openStore } from './open-store.ts';
import { tensorParts } from './tensor-parts.ts';

async function partsOf(store: TensorStore): Promise<TensorPart[]> {
  const parts: TensorPart[] = [];
  for await (const part of tensorParts(store)) parts.push(part);
  await store.close();
  return parts;
}

describe('the tensors of a model as parts', () => {
  it('are the bytes of the file that they say they are, in the order of their place', async () => {
    const path = exampleModel('base_A');
    const parts = await partsOf(await openStore(path));
    assert.ok(parts.length > 10);
    const files = new Map<string, Uint8Array>();
    for (const { file, start, end, sha256 } of parts) {
      if (!files.has(file)) files.set(file, await readFile(`${path}/${basename(file)}`));
      const bytes = files.get(file)!.subarray(start, end);
      assert.equal(bytes.length, end - start);
      assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
    }
    assert.ok(parts.every(({ start }, i) => i === 0 || start >= parts[i - 1]!.end));
  });

  it('are not made of a format that scatters them, and the hint says what to do', async () => {
    const store = await openStore(exampleModel('base_A'));
    const scattered = { ...store, tensors: store.tensors.map(({ offset: _offset, ...rest }) => rest) };
    await assert.rejects(
      partsOf(scattered),
      (error: unknown) =>
        error instanceof FiliationError && error.code === 'UNSUPPORTED' && /files/.test(error.hint!),
    );
    await store.close();
  });
});
