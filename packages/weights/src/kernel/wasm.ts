import { availableParallelism } from 'node:os';
import { FiliationError } from '@filiation/evidence';
import { type Matrix, matrix } from '../matrix.ts';
import { compileModule, type WasmModule } from './engine.ts';
import { gemmModule } from './gemm-module.ts';
import { type MatrixKernel, requireSameWidth } from './kernel.ts';
import { inlineRunner, type PieceRunner, workerRunner } from './lanes.ts';
import { multiplyTile, planTiles } from './tiles.ts';

export interface WasmKernelOptions {
  /** Threads for large products; the machine's cores, at most MOST_THREADS, where not given. Never
   *  changes a result. */
  readonly threads?: number;
  /** Fused multiply-add of the relaxed-SIMD extension. Faster where the processor has it, but results
   *  then differ in their last bits between machines: for exploring, not for findings. */
  readonly fused?: boolean;
}

/** Each thread takes about 14 MB. */
const MOST_THREADS = 4;
/** Products below this many operations are done in the calling thread, before a worker would have
 *  started (measured: see the benchmark). */
const THREADED_OPERATIONS = 1e8;

/** Whether this engine runs the kernel. */
export function wasmKernelSupported(options: WasmKernelOptions = {}): boolean {
  return compileModule(gemmModule({ fused: options.fused === true })) !== undefined;
}

/**
 * Matrix products in WebAssembly SIMD, about ten times as fast as plain loops and the same bytes on every
 * machine. Memory stays near 14 MB a thread whatever the matrices' size.
 * @throws FiliationError UNSUPPORTED where the engine lacks the instructions.
 * @throws RangeError where `threads` is not a positive whole number.
 */
export function wasmKernel(options: WasmKernelOptions = {}): MatrixKernel {
  const threads = options.threads ?? Math.min(availableParallelism(), MOST_THREADS);
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`threads must be a positive whole number, got ${threads}`);
  const fused = options.fused === true;
  const module = compile(fused);
  let inline: PieceRunner | undefined;
  let workers: readonly PieceRunner[] | undefined;
  let operations = 0;
  let closed = false;
  let previous: Promise<unknown> = Promise.resolve();

  const runnersFor = (work: number): readonly PieceRunner[] => {
    if (threads === 1 || work < THREADED_OPERATIONS) {
      inline ??= inlineRunner(module);
      return [inline];
    }
    workers ??= Array.from({ length: threads }, () => workerRunner(module));
    return workers;
  };
  const multiply = async (a: Matrix, b: Matrix): Promise<Matrix> => {
    if (closed) throw new RangeError('the kernel is closed');
    const work = 2 * a.rows * b.rows * a.columns;
    const out = matrix(a.rows, b.rows);
    if (work === 0) return out;
    await spread(runnersFor(work), a, b, out);
    operations += work;
    return out;
  };
  return {
    name: `wasm-simd${fused ? '-fused' : ''}${threads > 1 ? ` x${threads}` : ''}`,
    get operations() {
      return operations;
    },
    async timesTransposed(a, b) {
      requireSameWidth(a, b);
      const result = previous.then(() => multiply(a, b));
      previous = result.catch(() => undefined);
      return result;
    },
    async close() {
      closed = true;
      await Promise.all((workers ?? []).map((worker) => worker.close()));
      inline = undefined;
      workers = undefined;
    },
  };
}

/** Each runner takes the next tile until none is left. All have stopped when this settles. */
async function spread(runners: readonly PieceRunner[], a: Matrix, b: Matrix, out: Matrix): Promise<void> {
  const tiles = planTiles(a.rows, b.rows, runners.length);
  const outcomes = await Promise.allSettled(
    runners.map(async (runner) => {
      for (let tile = tiles.shift(); tile; tile = tiles.shift()) await multiplyTile(runner, a, b, tile, out);
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

function compile(fused: boolean): WasmModule {
  const module = compileModule(gemmModule({ fused }));
  if (module) return module;
  throw new FiliationError(
    'UNSUPPORTED',
    `this JavaScript engine has no WebAssembly ${fused ? 'relaxed SIMD' : 'SIMD'}`,
    { hint: fused ? 'Use Node 22 or later, or leave fused out.' : 'Use the plain kernel, which is slower.' },
  );
}
