// Appends to a log and re-derives it, against what the machine's disk and SHA-256 can do in the same run.
// Usage: node bench/append.mjs [--appends 200] [--batch 1] [--large 100000] [--bytes 1500] [--folder DIR]
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLog, fsck, Secret, seedSigner } from '@filiation/evidence';

const { values: options } = parseArgs({
  options: {
    appends: { type: 'string', default: '200' },
    batch: { type: 'string', default: '1' },
    large: { type: 'string', default: '100000' },
    bytes: { type: 'string', default: '1500' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const [appends, batch, large, bytes] = ['appends', 'batch', 'large', 'bytes'].map((name) =>
  Number(options[name]),
);
/** Entries handed over at once when many are appended. */
const LARGE_BATCH = 5000;

const say = (text) => process.stdout.write(`${text}\n`);
const seconds = (start) => (performance.now() - start) / 1000;
const entriesOf = (count) => Array.from({ length: count }, () => new Uint8Array(bytes).fill(120));
const signer = seedSigner('bench', new Secret(new Uint8Array(32).fill(1)));
const top = mkdtempSync(join(options.folder, 'filiation-append-'));
try {
  say(`Node ${process.version}, ${cpus()[0]?.model}; entries of ${bytes} bytes`);
  const syncs = fsyncRate();
  say(`fsync of a new ${bytes}-byte file: ${syncs.toFixed(0)}/s`);
  const log = await createLog(join(top, 'log'), { origin: 'bench', signer });
  await small(log, syncs);
  await many(log);
  await log.close();
  await check(log);
} finally {
  rmSync(top, { recursive: true, force: true });
}

/** Files written and synced in a second: the floor of every promise that an entry is on the disk. */
function fsyncRate() {
  const content = new Uint8Array(bytes);
  const start = performance.now();
  for (let i = 0; i < appends; i++) {
    const file = openSync(join(top, `sync-${i}`), 'wx');
    writeSync(file, content);
    fsyncSync(file);
    closeSync(file);
  }
  return appends / seconds(start);
}

async function small(log, syncs) {
  const start = performance.now();
  for (let i = 0; i < appends; i++) await log.append(entriesOf(batch));
  const rate = appends / seconds(start);
  say(`appends of ${batch} entr${batch === 1 ? 'y' : 'ies'}, one after the other: ${rate.toFixed(0)}/s,`);
  say(`  ${(syncs / rate).toFixed(1)} fsyncs of a file each (an append syncs three files and three folders)`);
}

async function many(log) {
  const start = performance.now();
  for (let done = 0; done < large; done += LARGE_BATCH)
    await log.append(entriesOf(Math.min(LARGE_BATCH, large - done)));
  say(`appends of ${LARGE_BATCH}: ${(large / seconds(start)).toFixed(0)} entries/s`);
}

async function check(log) {
  const hashing = performance.now();
  const entry = new Uint8Array(bytes + 1);
  for (let i = 0; i < large; i++) createHash('sha256').update(entry).digest();
  const floor = large / seconds(hashing);
  const start = performance.now();
  const { sound, entries } = await fsck(log.folder, { vkeys: [signer.vkey] });
  if (!sound) throw new Error('the log does not verify');
  const rate = entries / seconds(start);
  say(
    `fsck: ${rate.toFixed(0)} entries/s of ${entries}, ${(floor / rate).toFixed(2)} times the hashing of the entries alone`,
  );
  say(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
}
