// Verifies sealed bundles of many log entries, against the machine's own SHA-256 over the same bytes.
// Usage: node bench/verify.mjs [--entries 1000000] [--sizes 3] [--folder DIR]
// Bundles are made once (minutes for a million entries) and kept in DIR for the next run.
import { fork } from 'node:child_process';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { newCase, openLog, Secret, sealCase, seedSigner, signClaim } from '@filiation/evidence';
import { decodeEntryBundle, emptyState, readEnvelope, tilePath, verifyBundle } from '@filiation/verify';
import { nodePlatform, openBundleSource } from '@filiation/verify/node';

const { values: options } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000000' },
    sizes: { type: 'string', default: '3' },
    folder: { type: 'string', default: join(tmpdir(), 'filiation-bench-verify') },
    one: { type: 'string' },
  },
});
const BATCH = 5000;
const LOG = quickSigner('bench/log', 1);
const ACTORS = ['acme', 'bolt'].map((party, at) => ({
  party,
  signer: quickSigner(`bench/${party}`, 2 + at),
}));

const say = (text) => process.stdout.write(`${text}\n`);
const seconds = (start) => (performance.now() - start) / 1000;
const rounded = (number, digits = 3) => Number(number.toPrecision(digits));

if (options.one !== undefined) process.send(await measure(options.one));
else await compare();

/** Verifies bundles of growing size, each in a process of its own, and says how time and memory grow. */
async function compare() {
  mkdirSync(options.folder, { recursive: true });
  const largest = Number(options.entries);
  const sizes = Array.from({ length: Number(options.sizes) }, (_, i) =>
    Math.round(largest / 10 ** i),
  ).reverse();
  say(`Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores`);
  for (const size of sizes) {
    const path = join(options.folder, `${size}.zip`);
    if (!existsSync(path)) await make(path, size);
    const child = fork(fileURLToPath(import.meta.url), ['--one', path]);
    const [found] = await once(child, 'message');
    tell(found);
  }
}

function tell({ entries, bytes, members, opening, verifying, processor, hashing, parts, memory }) {
  const rest = verifying - parts.signatures - parts.hashing - parts.reading;
  const share = (time) => `${rounded((100 * time) / verifying, 2)} %`;
  say(`${entries} entries, ${rounded(bytes / 2 ** 20)} MiB in ${members} files`);
  say(
    `  opened in ${rounded(opening)} s, verified in ${rounded(verifying)} s: ${rounded(entries / verifying)} entries/s`,
  );
  say(
    `  ${rounded((verifying * 1e6) / entries)} microseconds an entry, ${rounded((processor * 1e6) / entries)} of processor time`,
  );
  say(`  SHA-256 of the same bytes: ${rounded(hashing)} s (${rounded(bytes / 2 ** 20 / hashing)} MiB/s)`);
  say(`  verifying takes ${rounded(verifying / hashing)} times that`);
  say(
    `  signatures ${share(parts.signatures)}, hashing ${share(parts.hashing)}, reading claims ${share(parts.reading)}, the rest ${share(rest)}`,
  );
  say(`  peak memory ${rounded(memory)} MiB`);
}

/** Verifies one bundle; times are in seconds, memory in MiB. */
async function measure(path) {
  const { size: bytes } = statSync(path);
  const started = performance.now();
  const source = await openBundleSource(path);
  const opening = seconds(started);
  const { platform, spent } = timed(nodePlatform);
  const before = process.cpuUsage();
  const start = performance.now();
  const { report } = await verifyBundle(source, { platform });
  const verifying = seconds(start);
  const { user, system } = process.cpuUsage(before);
  if (report.verdict !== 'passed') throw new Error(JSON.stringify(report.checks.slice(0, 3)));
  // Before anything else is done here that takes memory.
  const memory = process.resourceUsage().maxRSS / 1024;
  const { entries } = report.facts;
  const reading = await timeOfReading(source, entries);
  await source.close();
  const hashing = await timeOfHashing(path);
  const members = source.members.length;
  const processor = (user + system) / 1e6;
  return {
    entries,
    bytes,
    members,
    opening,
    verifying,
    processor,
    hashing,
    parts: { ...spent, reading },
    memory,
  };
}

/** The platform, and what it spends on signatures and on digests. */
function timed(platform) {
  const spent = { signatures: 0, hashing: 0 };
  const add = (part, start) => {
    spent[part] += seconds(start);
  };
  const sync = (work) => {
    const start = performance.now();
    const found = work();
    add('hashing', start);
    return found;
  };
  return {
    spent,
    platform: {
      ...platform,
      sha256: (bytes) => sync(() => platform.sha256(bytes)),
      runningSha256() {
        const running = platform.runningSha256();
        return {
          update: (bytes) => sync(() => running.update(bytes)),
          digest: () => sync(() => running.digest()),
        };
      },
      async verifySignature(check) {
        const start = performance.now();
        const fits = await platform.verifySignature(check);
        add('signatures', start);
        return fits;
      },
    },
  };
}

/** Seconds that it takes to read the envelopes and statements of all entries once more. */
async function timeOfReading(source, size) {
  let spent = 0;
  for (let index = 0; index * 256 < size; index++) {
    const width = Math.min(256, size - index * 256);
    const path = `data/log/${tilePath({ level: 'entries', index, width })}`;
    const entries = decodeEntryBundle(await source.read(path, 2 ** 25), width);
    const start = performance.now();
    for (const entry of entries) readEnvelope(entry);
    spent += seconds(start);
  }
  return spent;
}

async function timeOfHashing(path) {
  const start = performance.now();
  const digest = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 })) digest.update(piece);
  digest.digest();
  return seconds(start);
}

/** A sealed case whose log has so many entries: exhibits, and what happens to them from hand to hand. */
async function make(out, size) {
  const folder = `${out}.case`;
  rmSync(folder, { recursive: true, force: true });
  const started = performance.now();
  let at = Date.parse('2030-01-01T00:00:00Z');
  const now = () => {
    at += 1000;
    return new Date(at);
  };
  await newCase(folder, caseOf(), { log: LOG, opener: ACTORS[0] }, now);
  const log = await openLog(join(folder, 'log'), { signer: LOG });
  const claims = acts();
  while (log.size < size - 1) {
    const frame = { case: 'bench', size: log.size, root: log.root };
    const batch = [];
    while (batch.length < BATCH && log.size + batch.length < size - 1) {
      const { actor, name, subject, body } = claims.next().value;
      batch.push(
        await signClaim(actor.signer, { ...frame, actor: actor.party, at: now() }, name, subject, body),
      );
    }
    await log.append(batch);
  }
  const of = unreplayed(folder, log);
  const rest = { withheld: [], software: 'bench', tags: [], vouch: async () => undefined };
  await sealCase(of, ACTORS[0], { out: `${out}.new.zip`, now, ...rest }).finally(() => log.close());
  renameSync(`${out}.new.zip`, out);
  rmSync(folder, { recursive: true, force: true });
  say(`made a bundle of ${size} entries in ${rounded(seconds(started))} s`);
}

/** The case as sealing needs it, without replaying a log that was just written by the rules. */
function unreplayed(folder, log) {
  const { id, ...claim } = caseOf();
  const state = emptyState();
  state.opening = { index: 0, claim: { ...claim, case: id }, subject: [] };
  return {
    folder,
    state,
    settings: { case: id, origin: LOG.name },
    log,
    keepsLog: true,
    get size() {
      return log.size;
    },
    async add({ party, signer }, drafts) {
      for (const { name, subject, body } of drafts) {
        const frame = { case: id, actor: party, at: new Date('2031-01-01'), size: log.size, root: log.root };
        await log.append([await signClaim(signer, frame, name, subject, body)]);
      }
    },
  };
}

/** Signs without looking at its own signatures again, which a bench can do without. */
function quickSigner(name, byte) {
  const { vkey } = seedSigner(name, new Secret(new Uint8Array(32).fill(byte)));
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const der = Buffer.concat([prefix, Buffer.alloc(32, byte)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { name, vkey, sign: async (message) => Uint8Array.from(sign(null, message, key)) };
}

function caseOf() {
  const party = ({ party: id, signer }, side) => ({
    id,
    name: id,
    side,
    roles: ['custodian'],
    key: signer.vkey,
  });
  return {
    id: 'bench',
    title: 'A long case',
    question: 'weights',
    propositions: { h1: 'One descends from the other.', h2: 'They were trained apart.' },
    parties: [party(ACTORS[0], 'claimant'), party(ACTORS[1], 'respondent')],
    timeZone: 'UTC',
    deadlines: [],
    witnesses: [],
    authorities: [],
  };
}

/** One exhibit in each thousand entries; the others hand exhibits over, and now and then correct that. */
function* acts() {
  const digestOf = (number) => createHash('sha256').update(`exhibit ${number}`).digest('hex');
  const holders = [];
  for (let index = 1; ; index++) {
    const place = index % 1000;
    if (place === 1) {
      const number = holders.length + 1;
      const subject = [{ name: `model ${number}`, digest: { sha256: digestOf(number) } }];
      const actor = ACTORS[number % 2];
      holders.push(actor.party);
      yield { actor, name: 'exhibit', subject, body: intake(number, actor.party) };
      continue;
    }
    const number = 1 + ((index * 7919) % holders.length);
    const subject = [{ name: `model ${number}`, digest: { sha256: digestOf(number) } }];
    const from = holders[number - 1];
    const actor = ACTORS.find(({ party }) => party === from);
    if (place % 10 === 0) {
      const body = { corrects: index - 1, reason: 'the time of the entry was that of another clock' };
      yield { actor, name: 'correction', subject, body };
      continue;
    }
    const to = from === 'acme' ? 'bolt' : 'acme';
    holders[number - 1] = to;
    const transferredAt = '2030-01-01T00:00:00Z';
    const body = {
      exhibit: `E${number}`,
      from,
      to,
      transferredAt,
      means: 'sealed disk',
      condition: 'unchanged',
    };
    yield { actor, name: 'custody', subject, body };
  }
}

function intake(number, custodian) {
  return {
    exhibit: `E${number}`,
    kind: 'model',
    name: `model ${number}`,
    size: 1000,
    files: 1,
    origin: 'a store of models',
    custodian,
    handedOverBy: custodian,
    receivedAt: '2030-01-01T00:00:00Z',
    storage: 'reference',
  };
}
