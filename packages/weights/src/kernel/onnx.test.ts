import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { matrix } from '../matrix.ts';
import { onnxKernel } from './onnx.ts';
import { gemmGraph } from './onnx-graph.ts';

/** Stands in for onnxruntime-node: answers with the shapes and options it was given. */
const STAND_IN = `data:text/javascript,
  export class Tensor { constructor(type, data, shape) { Object.assign(this, { type, data, shape }); } }
  export const InferenceSession = {
    create: async (graph, options) => ({
      run: async ({ a, b }) => ({
        c: { data: Float32Array.of(graph.length, options.intraOpNumThreads, ...a.shape, ...b.shape) },
      }),
      release: async () => {},
    }),
  };`;

describe('the onnxruntime kernel', () => {
  it('hands the runtime the graph, the threads and both matrices', async () => {
    const kernel = await onnxKernel({ module: STAND_IN, threads: 3 });
    const product = await kernel.timesTransposed(matrix(2, 5), matrix(3, 5));
    assert.deepEqual([...product.data], [gemmGraph().length, 3, 2, 5, 3, 5]);
    assert.deepEqual([product.rows, product.columns, kernel.operations], [2, 3, 60]);
    assert.equal(kernel.name, 'onnxruntime x3');
    await kernel.close();
  });

  it('describes one transposed product of two float32 matrices', () => {
    const words = Buffer.from(gemmGraph())
      .toString('latin1')
      .match(/[A-Za-z]{2,}/g);
    assert.deepEqual(
      words?.filter((word) => word === 'Gemm' || word === 'transB'),
      ['Gemm', 'transB'],
    );
  });

  it('answers an empty product without the runtime', async () => {
    const kernel = await onnxKernel({ module: STAND_IN });
    assert.deepEqual([...(await kernel.timesTransposed(matrix(2, 0), matrix(2, 0))).data], [0, 0, 0, 0]);
    await assert.rejects(kernel.timesTransposed(matrix(1, 2), matrix(1, 3)), RangeError);
  });
});
