import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Check, VerificationReport } from '@filiation/verify';
import { withoutOpenssl } from '../test-support/openssl-authority.ts';
import { type SealedCase, sealedCase } from '../test-support/sealed-case.ts';
import { unpack } from '../test-support/unpack.ts';

const STANDALONE = fileURLToPath(import.meta.resolve('@filiation/verify/standalone/filiation-verify.mjs'));
const FILIATION = fileURLToPath(new URL('../../bin/filiation.js', import.meta.url));
const PACKAGE = fileURLToPath(
  new URL('../../bin/filiation-verify.js', import.meta.resolve('@filiation/verify/standalone/verify.html')),
);

/** The key of another log: that of public test data. */
const STRANGER = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';

interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function run(program: string, ...words: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return { status, out: stdout, err: stderr };
}

const verify = (...words: readonly string[]): Outcome => run(STANDALONE, ...words);

function reportOf(...words: readonly string[]): VerificationReport {
  return JSON.parse(verify(...words, '--json').out) as VerificationReport;
}

const having = (report: VerificationReport, id: string): readonly Check[] =>
  report.checks.filter((check) => check.id === id);

let root = '';
let sealed: SealedCase;
before(async () => {
  root = mkdtempSync(join(tmpdir(), 'filiation-verify-'));
  sealed = await sealedCase(root, { witness: true, authority: withoutOpenssl === false });
});
after(() => rmSync(root, { recursive: true, force: true }));

function kept(name: string, content: string | Uint8Array): string {
  writeFileSync(join(root, name), content);
  return join(root, name);
}

describe('filiation-verify', () => {
  it('passes a sealed bundle: verdict first, then who vouches, what to weigh, what holds', () => {
    const { status, out, err } = verify(sealed.path);
    assert.equal(status, 0, out + err);
    assert.equal(err, '', 'no progress in a pipe');
    const parts = [
      /^Passed: \d+ checks, none failed {2}case\.zip\n/,
      /^Case test: Does B descend from A\?$/m,
      /^Who vouches for the log, and when$/m,
      /^ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}the first 4 entries: witness\.example \(witness\)$/m,
      /^To weigh \([23]\)$/m,
      /^ {2}Not shown: Whom to trust was decided by you \[policy\.source\]$/m,
      /^Could not be checked here \([12]\)$/m,
      /exhibit E2 \(model B\): is withheld \(trade secret, order of 1 December\)/,
      /^Passed$/m,
      /^ +\d+ {2}Each entry is signed by a key that its author had at that place$/m,
      /does not show that what they wrote is true/,
      /agrees with itself/,
    ];
    const places = parts.map((part) => out.search(part));
    assert.ok(
      places.every((place, at) => place >= 0 && (at === 0 || place > places[at - 1]!)),
      `${places}\n${out}`,
    );
  });

  it('says the same from the archive and from the unpacked folder', async () => {
    await unpack(sealed.path, join(root, 'unpacked'));
    const [archive, folder] = [reportOf(sealed.path), reportOf(join(root, 'unpacked'))];
    assert.deepEqual({ ...folder, bundle: '' }, { ...archive, bundle: '' });
    assert.equal(archive.verdict, 'passed');
  });

  it('says the same as filiation verify and as the program of the package', () => {
    const { out } = verify(sealed.path);
    assert.deepEqual(run(FILIATION, 'verify', sealed.path), { status: 0, out, err: '' });
    assert.deepEqual(run(PACKAGE, sealed.path), { status: 0, out, err: '' });
  });

  it('fails an altered exhibit with status 3 and names it', () => {
    const bytes = readFileSync(sealed.path);
    bytes[bytes.indexOf('weights of a\n')]! ^= 1;
    const path = kept('altered.zip', bytes);
    const { status, out } = verify(path, '--quiet');
    assert.equal(status, 3);
    assert.match(out, /^Failed: /);
    assert.match(out, /Not so: Each exhibit holds the bytes that were registered/);
    assert.match(out, /exhibit E1 \(model A\)/);
    assert.doesNotMatch(out, /To weigh|Who vouches/);
    assert.equal(run(FILIATION, 'verify', path).status, 3);
  });

  it('fails what is no archive, or only half of one', () => {
    const half = readFileSync(sealed.path).subarray(0, 5000);
    for (const content of ['no archive', half]) {
      const { status, out } = verify(kept('broken.zip', content));
      assert.equal(status, 3);
      assert.match(out, /The bundle can be read to its end/);
    }
  });

  it('asks the reader’s own policy, earlier checkpoints and time roots', () => {
    const policy = join(sealed.folder, 'policy/policy.txt');
    const own = reportOf(sealed.path, '--policy', policy, '--seen', kept('seen', sealed.seen));
    assert.equal(own.verdict, 'passed');
    assert.equal(own.passed['policy.source'], 1);
    assert.equal(own.passed['log.continues'], 1);
    assert.doesNotMatch(verify(sealed.path, '--policy', policy).out, /agrees with itself/);

    const stranger = readFileSync(policy, 'utf8').replace(/^log .*/m, `log ${STRANGER}`);
    const foreign = reportOf(sealed.path, '--policy', kept('foreign-policy', stranger));
    assert.match(having(foreign, 'log.checkpoint')[0]?.detail ?? '', /whose key is not among those given/);

    const rewritten = new TextDecoder().decode(sealed.seen).replace(/^\S{43}=$/m, `${'A'.repeat(43)}=`);
    const continued = reportOf(sealed.path, '--seen', kept('rewritten', rewritten));
    assert.match(having(continued, 'log.continues')[0]?.detail ?? '', /history was rewritten/);
    const later = new TextDecoder().decode(sealed.seen).replace(/^4$/m, '400');
    const shrunk = reportOf(sealed.path, '--seen', kept('later', later));
    assert.match(having(shrunk, 'log.continues')[0]?.detail ?? '', /entries were taken away/);
  });

  it('counts no time authority that the reader does not trust', { skip: withoutOpenssl }, () => {
    const roots = join(sealed.folder, 'policy/authorities/clock.pem');
    const trusted = reportOf(sealed.path, '--time-roots', `clock=${roots}`);
    assert.equal(trusted.passed['time.token'], 2);
    const other = reportOf(sealed.path, '--time-roots', `another=${roots}`);
    assert.deepEqual(
      having(other, 'time.token').map(({ status }) => status),
      ['not-checked', 'not-checked'],
    );
    assert.ok(other.facts.vouchers.every(({ kind }) => kind !== 'time-authority'));
    // A witness saw the plan before the run, but only the case says that it is one.
    assert.match(
      having(other, 'plan.fixed')[0]?.detail ?? '',
      /^only witness\.example saw it before the run/,
    );
    assert.equal(other.verdict, 'passed');
  });

  it('keeps the checkpoint of a bundle that passed, and holds the next one to it', () => {
    const sight = join(root, 'sight.json');
    assert.equal(run(FILIATION, 'verify', sealed.path, '--sight', sight).status, 0);
    const again = run(FILIATION, 'verify', sealed.path, '--sight', sight, '--json');
    assert.equal((JSON.parse(again.out) as VerificationReport).passed['log.continues'], 1);
    // As if the reader had seen more of this log than the bundle holds.
    const longer = readFileSync(sight, 'utf8').replace(`\\n${sealed.entries}\\n`, '\\n400\\n');
    const told = run(FILIATION, 'verify', sealed.path, '--sight', kept('longer.json', longer));
    assert.equal(told.status, 3);
    assert.match(told.out, /your earlier checkpoint at 400 entries: is of a longer log/);
    assert.equal(readFileSync(join(root, 'longer.json'), 'utf8'), longer);
    assert.equal(run(FILIATION, 'verify', sealed.path, '--sight', kept('damaged.json', '{}')).status, 2);
  });

  it('ends with status 2 where there is nothing to check or the words are wrong', () => {
    for (const words of [
      [],
      ['a', 'b'],
      [join(root, 'nothing.zip')],
      [sealed.path, '--unknown'],
      [sealed.path, '--policy', join(root, 'nothing')],
      [sealed.path, '--policy', kept('no-policy', 'log nothing')],
      [sealed.path, '--seen', kept('no-checkpoint', 'x')],
      [sealed.path, '--time-roots', 'clock'],
    ]) {
      const { status, out, err } = verify(...words);
      assert.equal(status, 2, words.join(' '));
      assert.equal(out, '');
      assert.match(err, /^error: .+\n/);
    }
    assert.equal(verify('--help').status, 0);
  });

  it('lets no name in a bundle take hold of the terminal', async () => {
    const folder = join(root, 'hostile');
    const hostile = await sealedCase(folder, { title: 'A\u202eB', exhibitName: '\u2066x\u200b' });
    const { out } = verify(hostile.path);
    assert.match(out, /^Case test: A‹U\+202E›B$/m);
    assert.doesNotMatch(out, /[\u202e\u2066\u200b]/);
  });
});
