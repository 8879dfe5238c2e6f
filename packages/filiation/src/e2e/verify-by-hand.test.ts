import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { verifyFile } from '@filiation/verify/node';
import { withoutOpenssl } from '../test-support/openssl-authority.ts';
import { sealedCase } from '../test-support/sealed-case.ts';
import { unpack } from '../test-support/unpack.ts';

const GUIDE = new URL(import.meta.resolve('@filiation/verify/standalone/verify-by-hand.md'));

/** All blocks of the guide that are marked as shell, one after another. */
function commands(): string {
  return [...readFileSync(GUIDE, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    .map(([, text]) => text)
    .join('\n');
}

const byHand = (folder: string, mine = ''): { readonly ok: boolean; readonly said: string } => {
  const env = { PATH: process.env.PATH, MINE: mine };
  const run = spawnSync('sh', [], { cwd: folder, input: commands(), encoding: 'utf8', env });
  return { ok: run.status === 0, said: `${run.stdout}${run.stderr}` };
};

describe('the guide to checking by hand', { skip: withoutOpenssl }, () => {
  let root = '';
  let bundle = '';
  let seen = '';
  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'filiation-by-hand-'));
    const sealed = await sealedCase(root, {
      witness: true,
      authority: true,
      tags: { 'verify-by-hand.md': readFileSync(GUIDE, 'utf8') },
    });
    bundle = join(root, 'bundle');
    seen = new TextDecoder().decode(sealed.seen);
    await unpack(sealed.path, bundle);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it('passes a sealed bundle, telling who saw what and that the plan came first', () => {
    const { ok, said } = byHand(bundle);
    assert.ok(ok, said);
    assert.match(said, /ok: 12 entries, each signed/);
    assert.match(said, /ok: the first 4 clock Time stamp: /);
    assert.match(said, /ok: the first 4 witness\.example at second \d{10}/);
    assert.match(said, /ok: plan P1 \(entry 3\) came before run R1 \(entry 4\)/);
    assert.match(said, /ok: seen between them/);
    assert.match(said, /All checks by hand passed/);
  });

  it('asks whether the log continues a checkpoint that was kept', () => {
    const mine = join(root, 'mine');
    writeFileSync(mine, seen);
    assert.match(byHand(bundle, mine).said, /ok: the log continues your checkpoint at 4 entries/);
    writeFileSync(mine, seen.replace(/^\S{43}=$/m, `${'A'.repeat(43)}=`));
    assert.match(byHand(bundle, mine).said, /FAILED: .* was signed on another history/);
    writeFileSync(mine, seen.replace(/^4$/m, '400'));
    assert.match(byHand(bundle, mine).said, /FAILED: .* entries were taken away/);
  });

  it('passes a bundle without outsiders, and says so', async () => {
    const other = join(root, 'plain');
    mkdirSync(other);
    await unpack((await sealedCase(other)).path, join(other, 'bundle'));
    const { ok, said } = byHand(join(other, 'bundle'));
    assert.ok(ok, said);
    assert.match(said, /note: no outsider says so/);
  });

  /** Changes made to the unpacked bundle, the lists of files made to fit again where `relist` says so. */
  const tampered: readonly {
    readonly what: string;
    readonly says: RegExp;
    readonly check: string;
    readonly relist?: boolean;
    readonly change: (folder: string) => void;
  }[] = [
    {
      what: 'an altered exhibit',
      says: /FAILED: a file in data\//,
      check: 'bag.payload',
      change: (folder) => writeFileSync(exhibitFile(folder), 'other weights\n'),
    },
    {
      what: 'an added file',
      says: /FAILED: files were added/,
      check: 'bag.payload',
      change: (folder) => writeFileSync(join(folder, 'data/note.txt'), 'x'),
    },
    {
      what: 'a missing finding',
      says: /FAILED: a file in data\//,
      check: 'document.present',
      change: (folder) => rmSync(first(folder, 'data/findings')),
    },
    {
      what: 'an altered exhibit with new lists',
      says: /FAILED: data\/exhibits\/.* does not hold/,
      check: 'exhibit.digest',
      relist: true,
      change: (folder) => writeFileSync(exhibitFile(folder), 'other weights\n'),
    },
    {
      what: 'a missing finding with new lists',
      says: /FAILED: data\/findings\/.* is missing/,
      check: 'document.present',
      relist: true,
      change: (folder) => rmSync(first(folder, 'data/findings')),
    },
    {
      what: 'an altered entry',
      says: /FAILED: entry 4 is not signed/,
      check: 'entry.signature',
      relist: true,
      change: (folder) => flip(join(folder, 'data/log/tile/entries/000.p/12'), 4),
    },
    {
      what: 'another policy',
      says: /FAILED: data\/policy\/policy\.txt is not what/,
      check: 'case.policy',
      relist: true,
      change: (folder) => edit(join(folder, 'data/policy/policy.txt'), (text) => `${text}# more\n`),
    },
    {
      what: 'a checkpoint with another root',
      says: /FAILED: data\/log\/checkpoint was signed on another history/,
      check: 'log.checkpoint',
      relist: true,
      change: (folder) =>
        edit(join(folder, 'data/log/checkpoint'), (text) =>
          text.replace(/\n[A-Za-z0-9+/]{43}=\n/, `\n${'A'.repeat(43)}=\n`),
        ),
    },
    {
      what: 'a cosignature of another time',
      says: /FAILED: data\/log\/checkpoints\/4 is not cosigned/,
      check: 'log.archived-checkpoint',
      relist: true,
      change: (folder) =>
        edit(join(folder, 'data/log/checkpoints/4'), (text) =>
          text.replace(/(— witness\.example )(\S+)/, (_, lead: string, line: string) => {
            const bytes = Buffer.from(line, 'base64');
            bytes[11]! ^= 1;
            return `${lead}${bytes.toString('base64')}`;
          }),
        ),
    },
    {
      what: 'a token over another checkpoint',
      says: /FAILED: data\/log\/timestamps\/12\.clock\.tsr does not hold/,
      check: 'time.token',
      relist: true,
      change: (folder) =>
        cpSync(
          join(folder, 'data/log/timestamps/4.clock.tsr'),
          join(folder, 'data/log/timestamps/12.clock.tsr'),
        ),
    },
    {
      what: 'outside words on the plan taken away',
      says: /FAILED: no outsider saw plan P1 before run R1/,
      check: 'plan.fixed',
      relist: true,
      change(folder) {
        rmSync(join(folder, 'data/log/timestamps/4.clock.tsr'));
        rmSync(join(folder, 'data/log/checkpoints/4'));
      },
    },
    {
      what: 'another list of what is withheld',
      says: /FAILED: the last entry binds other files/,
      check: 'seal.withheld',
      relist: true,
      change: (folder) => edit(join(folder, 'data/withheld.json'), (text) => text.replace('trade', 'craft')),
    },
    {
      what: 'a changed catalogue with new lists',
      says: /FAILED: the seal is over another list/,
      check: 'seal.signature',
      relist: true,
      change: (folder) => edit(join(folder, 'data/ro-crate-metadata.json'), (text) => `${text} `),
    },
  ];

  for (const { what, says, check, relist, change } of tampered)
    it(`fails ${what}, as the verifier does`, async () => {
      const folder = join(root, what.replaceAll(' ', '-'));
      cpSync(bundle, folder, { recursive: true });
      change(folder);
      if (relist === true) writeLists(folder);
      const { ok, said } = byHand(folder);
      assert.equal(ok, false, said);
      assert.match(said, says);
      const { report } = await verifyFile(folder, {});
      assert.ok(
        report.checks.some(({ id, status }) => id === check && status === 'failed'),
        JSON.stringify(report.checks, null, 1),
      );
    });
});

function first(folder: string, below: string): string {
  return join(folder, below, readdirSync(join(folder, below)).sort()[0]!);
}

function exhibitFile(folder: string): string {
  return join(first(folder, 'data/exhibits'), 'weights.bin');
}

function edit(path: string, change: (text: string) => string): void {
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  assert.notEqual(changed, text);
  writeFileSync(path, changed);
}

/** Alters one character of an entry's signature, so that it is still base64. */
function flip(path: string, entry: number): void {
  const bytes = readFileSync(path);
  let at = 0;
  for (let i = 0; i < entry; i++) at += 2 + bytes.readUInt16BE(at);
  const signature = bytes.indexOf('"sig":"', at) + '"sig":"'.length;
  bytes[signature] = bytes[signature] === 0x41 ? 0x42 : 0x41;
  writeFileSync(path, bytes);
}

/** Makes both lists of files, and the stated sizes, fit what is there: the work of a careful forger. */
function writeLists(folder: string): void {
  const script = `set -e
size=$(find data -type f -exec cat {} + | wc -c)
files=$(find data -type f | wc -l)
sed -i "s/^Payload-Oxum: .*/Payload-Oxum: $size.$files/" bag-info.txt
find data -type f | LC_ALL=C sort | xargs sha256sum > manifest-sha256.txt
sed 's/^.\\{66\\}//' tagmanifest-sha256.txt | xargs sha256sum > tags && mv tags tagmanifest-sha256.txt`;
  const run = spawnSync('sh', [], { cwd: folder, input: script, encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
}
