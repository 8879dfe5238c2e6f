// Speed of a · bᵀ in one process: plain loops, this project's kernels, onnxruntime-node where there is one.
// Usage: node bench/gemm.mjs [--ort DIR] [--threads N] [--rounds N] [--fused] [SIZE | ROWSxCOLUMNSxWIDTH]...
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { matrix, onnxKernel, plainKernel, wasmKernel } from '@filiation/weights';

const { values: options, positionals } = parseArgs({
  options: {
    ort: { type: 'string' },
    threads: { type: 'string', default: String(Math.min(availableParallelism(), 4)) },
    rounds: { type: 'string', default: '9' },
    fused: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const shapes = positionals.length > 0 ? positionals : ['512', '1024', '512x2048x4096'];
/** Plain loops are timed on products of at most this many operations. */
const PLAIN_OPERATIONS = 3e8;

const threads = Number(options.threads);
const kernels = [
  { name: 'plain triple loop', kernel: { timesTransposed: async (a, b) => tripleLoop(a, b) }, slow: true },
  { name: 'plain kernel', kernel: plainKernel(), slow: true },
  { name: 'wasm, 1 thread', kernel: wasmKernel({ threads: 1 }) },
];
if (threads > 1) kernels.push({ name: `wasm, ${threads} threads`, kernel: wasmKernel({ threads }) });
if (options.fused)
  kernels.push({ name: 'wasm fused, 1 thread', kernel: wasmKernel({ threads: 1, fused: true }) });
const ort = findOnnxRuntime();
if (ort) {
  kernels.push({ name: 'onnxruntime, 1 thread', kernel: await onnxKernel({ module: ort }), peer: true });
} else {
  process.stdout.write('onnxruntime-node not found: no ratio to it (see bench/README.md)\n');
}

process.stdout.write(`Node ${process.version}, ${cpus()[0]?.model}, ${availableParallelism()} cores\n`);
for (const shape of shapes) await compare(shape);
await Promise.all(kernels.map(({ kernel }) => kernel.close?.()));

/** Times the kernels in turn, round after round, so that a busy machine slows all of them alike. */
async function compare(shape) {
  const [rows, columns, width] = shape.includes('x') ? shape.split('x').map(Number) : Array(3).fill(+shape);
  const work = 2 * rows * columns * width;
  const [a, b] = [noise(rows, width, 1), noise(columns, width, 2)];
  const entries = kernels
    .filter(({ slow }) => !slow || work <= PLAIN_OPERATIONS)
    .map((kernel) => ({ ...kernel, times: [] }));
  for (const { kernel } of entries) await kernel.timesTransposed(a, b);
  for (let round = 0; round < Number(options.rounds); round++)
    for (const { kernel, times } of entries) {
      const start = performance.now();
      await kernel.timesTransposed(a, b);
      times.push(performance.now() - start);
    }
  const peer = entries.find((entry) => entry.peer);
  process.stdout.write(`\n${rows} x ${columns}, width ${width} (${(work / 1e9).toFixed(2)} GFLOP)\n`);
  process.stdout.write(
    '                          GFLOP/s best  median   ratio to onnxruntime (median of rounds)\n',
  );
  for (const { name, times } of entries) {
    const rate = (milliseconds) => (work / milliseconds / 1e6).toFixed(1);
    const ratio = peer ? median(times.map((time, i) => peer.times[i] / time)).toFixed(2) : '-';
    const best = rate(Math.min(...times)).padStart(12);
    process.stdout.write(`${name.padEnd(26)}${best}${rate(median(times)).padStart(8)}${ratio.padStart(8)}\n`);
  }
}

function tripleLoop(a, b) {
  const out = matrix(a.rows, b.rows);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (let t = 0; t < a.columns; t++) sum += a.data[i * a.columns + t] * b.data[j * a.columns + t];
      out.data[i * b.rows + j] = sum;
    }
  return out;
}

function noise(rows, columns, seed) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
  return matrix(rows, columns, Float32Array.from({ length: rows * columns }, next));
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function findOnnxRuntime() {
  const roots = [options.ort, ...(process.env.NODE_PATH ?? '').split(':'), '.'].filter(Boolean);
  for (const root of roots)
    try {
      const require = createRequire(join(resolve(root), 'node_modules', 'none.js'));
      return pathToFileURL(require.resolve('onnxruntime-node')).href;
    } catch {
      // not there: try the next place
    }
  return undefined;
}
