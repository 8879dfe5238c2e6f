// Runs the real `filiation compare` on generated models and measures it against what the machine can do.
// Usage: node bench/compare.mjs [--shape 12m|50m|250m|1b | --full] [--pair child|independent|both]
//        [--models DIR] [--keep] [-- options for filiation compare]
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { matrix, wasmKernel } from '@filiation/weights';
import { parameterCount, SHAPES, writeModel } from './models.mjs';

const { values: options, positionals: passedOn } = parseArgs({
  options: {
    shape: { type: 'string', default: '50m' },
    full: { type: 'boolean', default: false },
    pair: { type: 'string', default: 'both' },
    models: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const size = options.full ? '1b' : options.shape;
const shape = SHAPES[size];
if (shape === undefined) throw new Error(`--shape is one of ${Object.keys(SHAPES).join(', ')}`);
const pairs = options.pair === 'both' ? ['child', 'independent'] : [options.pair];
const FILIATION = fileURLToPath(new URL('../packages/filiation/bin/filiation.js', import.meta.url));
/** The most memory a comparison may take. */
const MEMORY_LIMIT = 1024 ** 3;

const say = (text) => process.stdout.write(`${text}\n`);
const folder = options.models ?? mkdtempSync(join(tmpdir(), 'filiation-bench-'));
try {
  say(`Node ${process.version}, ${cpus()[0]?.model}, ${availableParallelism()} cores`);
  const total = parameterCount(shape);
  say(`models of ${(total / 1e6).toFixed(0)} M parameters, ${((2 * total) / 1e9).toFixed(2)} GB each`);
  generate('parent', { seed: 'parent' });
  if (pairs.includes('child')) generate('child', { seed: 'parent', change: 'fine-tune' });
  if (pairs.includes('independent')) generate('independent', { seed: 'independent' });
  const peak = await kernelPeak();
  say(`kernel: ${peak.name}, ${(peak.rate / 1e9).toFixed(1)} GFLOP/s on 1024 x 1024, width 1024`);
  for (const subject of pairs) await measure(subject, peak);
} finally {
  if (options.keep || options.models) say(`models kept in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

function generate(name, recipe) {
  if (existsSync(join(folder, name, 'model.safetensors'))) return;
  const start = performance.now();
  writeModel(join(folder, name), shape, recipe);
  say(`wrote ${name} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

async function measure(subject, peak) {
  const files = ['parent', subject].map((name) => join(folder, name, 'model.safetensors'));
  const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
  readAll(files);
  const reading = readAll(files);
  const run = await runCompare([
    'compare',
    join(folder, 'parent'),
    join(folder, subject),
    '--json',
    ...passedOn,
  ]);
  const report = JSON.parse(run.output);
  const operations = findNumber(report.parameters, 'operations');
  say(`\nparent against ${subject}: ${report.opinion?.relation}, log10 p ${report.opinion?.log10P}`);
  say(
    `  plain read of both files   ${reading.toFixed(2)} s, ${gigabytes(bytes / reading)}/s (second read, from memory where it fits)`,
  );
  say(
    `  comparison                 ${run.seconds.toFixed(2)} s, ${gigabytes(bytes / run.seconds)}/s, ${(run.seconds / reading).toFixed(1)} times the read`,
  );
  say(`  processor time             ${run.cpuSeconds.toFixed(2)} s`);
  if (operations === undefined) say('  kernel operations          not in the report');
  else {
    const share = operations / run.seconds / peak.rate;
    say(
      `  kernel operations          ${(operations / 1e9).toFixed(1)} GFLOP, ${(operations / run.seconds / 1e9).toFixed(1)} GFLOP/s over the whole run, ${(100 * share).toFixed(0)} % of the kernel's peak`,
    );
  }
  for (const finding of report.findings ?? [])
    say(
      `    ${String(finding.test?.id).padEnd(26)} ${String(finding.status).padEnd(12)} ${((finding.durationMs ?? 0) / 1000).toFixed(2).padStart(8)} s`,
    );
  say(
    `  peak memory                ${(run.peakBytes / 1024 ** 2).toFixed(0)} MiB (${run.peakBytes < MEMORY_LIMIT ? 'below' : 'ABOVE'} 1 GiB)`,
  );
}

/** Runs the command; a module loaded beside it reports peak memory and processor time as it ends. */
function runCompare(command) {
  const probe = `import { writeSync } from 'node:fs';
    process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())));`;
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(probe)}`, FILIATION, ...command],
    { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] },
  );
  const texts = { 1: '', 3: '' };
  for (const stream of [1, 3])
    child.stdio[stream].setEncoding('utf8').on('data', (text) => {
      texts[stream] += text;
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      const seconds = (performance.now() - start) / 1000;
      if (status !== 0) return reject(new Error(`filiation compare ended with status ${status}`));
      const usage = JSON.parse(texts[3]);
      const cpuSeconds = (usage.userCPUTime + usage.systemCPUTime) / 1e6;
      resolve({ output: texts[1], seconds, cpuSeconds, peakBytes: usage.maxRSS * 1024 });
    });
  });
}

/** Seconds for reading the files from first to last byte. */
function readAll(files) {
  const buffer = Buffer.allocUnsafe(8 << 20);
  const start = performance.now();
  for (const path of files) {
    const file = openSync(path, 'r');
    while (readSync(file, buffer) > 0);
    closeSync(file);
  }
  return (performance.now() - start) / 1000;
}

async function kernelPeak() {
  const kernel = wasmKernel();
  const ones = matrix(1024, 1024, new Float32Array(1024 * 1024).fill(1));
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 7; i++) {
    const start = performance.now();
    await kernel.timesTransposed(ones, ones);
    best = Math.min(best, performance.now() - start);
  }
  await kernel.close();
  return { name: kernel.name, rate: (2 * 1024 ** 3) / (best / 1000) };
}

function findNumber(value, key) {
  if (value === null || typeof value !== 'object') return undefined;
  if (typeof value[key] === 'number') return value[key];
  return Object.values(value)
    .map((inner) => findNumber(inner, key))
    .find((found) => found !== undefined);
}

function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
