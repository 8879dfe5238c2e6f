import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { FiliationError } from '@filiation/evidence';
import type { WasmModule } from './engine.ts';
import { laneCompute, laneMemory, type Piece } from './gemm-lane.ts';
import type { GemmWorkerData } from './gemm-worker.ts';

/** A memory to lay a piece into, and someone who computes it there. One piece at a time. */
export interface PieceRunner {
  readonly floats: Float32Array;
  /** @throws FiliationError INTERNAL where the thread ended before it was done. */
  run(piece: Piece): Promise<void>;
  close(): Promise<void>;
}

/** Computes in the calling thread, and lets waiting events run after each piece. */
export function inlineRunner(module: WasmModule): PieceRunner {
  const memory = laneMemory();
  const compute = laneCompute(module, memory);
  return {
    floats: new Float32Array(memory.buffer),
    async run(piece) {
      compute(piece);
      await setImmediate();
    },
    close: () => Promise.resolve(),
  };
}

/** Computes in a thread of its own, which keeps the process alive only while it works. */
export function workerRunner(module: WasmModule): PieceRunner {
  const memory = laneMemory();
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const worker = new Worker(new URL(`./gemm-worker${extension}`, import.meta.url), {
    name: 'filiation matrix kernel',
    workerData: { module, memory } satisfies GemmWorkerData,
    execArgv: [],
  });
  worker.unref();
  let waiting: { resolve: () => void; reject: (error: Error) => void } | undefined;
  let ended: FiliationError | undefined;
  const end = (reason: string, cause?: unknown): void => {
    ended ??= new FiliationError('INTERNAL', `matrix kernel thread ended: ${reason}`, { cause });
    waiting?.reject(ended);
    waiting = undefined;
  };
  worker.on('message', () => {
    worker.unref();
    waiting?.resolve();
    waiting = undefined;
  });
  worker.on('messageerror', (error) => end('unreadable message', error));
  worker.on('error', (error) => end(error.message, error));
  worker.on('exit', (status) => end(`exit status ${status}`));
  return {
    floats: new Float32Array(memory.buffer),
    run: (piece) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        waiting = { resolve, reject };
        worker.ref();
        worker.postMessage(piece);
      }),
    async close() {
      await worker.terminate();
    },
  };
}
