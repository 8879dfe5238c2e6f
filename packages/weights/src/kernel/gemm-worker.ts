import { parentPort, workerData } from 'node:worker_threads';
import type { WasmMemory, WasmModule } from './engine.ts';
import { laneCompute, type Piece } from './gemm-lane.ts';

/** What a worker is started with; it then answers each piece with a message when it is computed. */
export interface GemmWorkerData {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
}

const { module, memory } = workerData as GemmWorkerData;
const compute = laneCompute(module, memory);
parentPort?.on('message', (piece: Piece) => {
  compute(piece);
  parentPort?.postMessage('done');
});
