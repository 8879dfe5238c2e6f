import { FiliationError } from '@filiation/evidence';
import type { Matrix } from '../matrix.ts';
import { type MatrixKernel, requireSameWidth } from './kernel.ts';
import { gemmGraph } from './onnx-graph.ts';

export interface OnnxKernelOptions {
  /** Threads inside one product; one where not given. */
  readonly threads?: number;
  /** Where to take the package from; `onnxruntime-node` where not given. */
  readonly module?: string;
}

interface OnnxTensor {
  readonly data: Float32Array;
}

interface OnnxSession {
  run(inputs: { readonly a: OnnxTensor; readonly b: OnnxTensor }): Promise<{ readonly c: OnnxTensor }>;
  release(): Promise<void>;
}

/** The part of onnxruntime-node used here; it is not a dependency, so its own types are not to be had. */
interface OnnxRuntime {
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OnnxTensor;
  readonly InferenceSession: {
    create(
      graph: Uint8Array,
      options: { readonly intraOpNumThreads: number; readonly interOpNumThreads: number },
    ): Promise<OnnxSession>;
  };
}

/**
 * Matrix products by onnxruntime-node, where a person has installed it. Its sums differ in their last
 * bits from the other kernels' and between machines, so it is never chosen unasked.
 * @throws FiliationError NOT_FOUND where the package is missing or does not load.
 */
export async function onnxKernel(options: OnnxKernelOptions = {}): Promise<MatrixKernel> {
  const runtime = await load(options.module ?? 'onnxruntime-node');
  const threads = options.threads ?? 1;
  const session = await runtime.InferenceSession.create(gemmGraph(), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const tensor = (m: Matrix): OnnxTensor => new runtime.Tensor('float32', m.data, [m.rows, m.columns]);
  let operations = 0;
  return {
    name: `onnxruntime${threads > 1 ? ` x${threads}` : ''}`,
    get operations() {
      return operations;
    },
    async timesTransposed(a, b) {
      requireSameWidth(a, b);
      const work = 2 * a.rows * b.rows * a.columns;
      if (work === 0) return { rows: a.rows, columns: b.rows, data: new Float32Array(a.rows * b.rows) };
      const { c } = await session.run({ a: tensor(a), b: tensor(b) });
      operations += work;
      return { rows: a.rows, columns: b.rows, data: c.data };
    },
    close: () => session.release(),
  };
}

async function load(name: string): Promise<OnnxRuntime> {
  try {
    const loaded = (await import(name)) as OnnxRuntime & { readonly default?: OnnxRuntime };
    return loaded.default ?? loaded;
  } catch (cause) {
    throw new FiliationError('NOT_FOUND', `the onnxruntime kernel was asked for, but ${name} does not load`, {
      hint: 'Run `npm install onnxruntime-node` to use it, or leave the kernel at its default.',
      cause,
    });
  }
}
