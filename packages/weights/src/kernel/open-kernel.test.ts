import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import { matrix } from '../matrix.ts';
import { onnxKernel } from './onnx.ts';
import { openKernel } from './open-kernel.ts';

describe('opening a kernel', () => {
  it('takes the deterministic WebAssembly kernel unless told otherwise', async () => {
    assert.equal((await openKernel('auto', { threads: 1 })).name, 'wasm-simd');
    assert.equal((await openKernel('wasm', { threads: 1 })).name, 'wasm-simd');
    assert.equal((await openKernel('plain')).name, 'plain');
  });

  it('says what to install where a package that was asked for is missing', async () => {
    await assert.rejects(
      onnxKernel({ module: 'onnxruntime-node-that-nobody-installed' }),
      (error) =>
        error instanceof FiliationError &&
        error.code === 'NOT_FOUND' &&
        /npm install onnxruntime-node/.test(error.hint ?? ''),
    );
  });

  it('runs every kernel on the same contract', async () => {
    const ones = matrix(2, 3, new Float32Array(6).fill(1));
    for (const name of ['plain', 'wasm'] as const) {
      const kernel = await openKernel(name, { threads: 1 });
      assert.deepEqual([...(await kernel.timesTransposed(ones, ones)).data], [3, 3, 3, 3]);
      await kernel.close();
    }
  });
});
