import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { readMasterSalt } from '@filiation/evidence';
import { findBrowser } from '../io/find-browser.ts';
import { type CaseCli, caseCli, openedCase, PLACES } from '../test-support/case-cli.ts';
import { type CliRun, example, program } from './run-cli.ts';

const TESTS = ['weights.identity', 'weights.neuron-order', 'weights.match'];

describe('a case from beginning to end, on the command line', () => {
  let cli: CaseCli;
  const refuses = (run: CliRun, says: RegExp, status = 2): void => {
    assert.match(run.stderr, says);
    assert.equal(run.status, status, run.stderr);
    assert.match(run.stderr, /What to do: /);
    assert.doesNotMatch(run.stderr, /\bat .*\.js:\d+|undefined|\[object/);
  };
  const add = (name: string): string[] => [
    ...['case', 'add', 'acme', example(name), '--origin', 'handed over on a disk', '--from', 'Bolt'],
  ];

  before(async () => {
    cli = await caseCli();
    await openedCase(cli);
  });
  after(() => cli.remove());

  it('takes exhibits in once, at a time in the zone of the case', async () => {
    const first = cli.json<{ exhibit: string; sha256: string; receivedAt: string }>([
      ...add('base_A'),
      ...['--received', '2026-05-01 10:00'],
    ]);
    assert.deepEqual([first.exhibit, first.receivedAt], ['E1', '2026-05-01T10:00:00+02:00']);
    assert.match(
      cli.done(add('A_permuted')),
      /^E2 {2}A_permuted {2}3 files, 2\.59 MB\n {4}sha256:[0-9a-f]{64}\nNext: /,
    );
    refuses(cli.run(add('A_permuted')), /in the case already, as exhibit E2/);
    refuses(cli.run([...add('base_B'), '--received', 'tomorrow']), /cannot read the time "tomorrow"/);
    assert.equal((await readdir(cli.path('acme', 'exhibits'))).length, 2);
  });

  it('plans, and runs the plan once: nothing else counts', () => {
    const plan = ['case', 'plan', 'acme', '--reference', 'E1', '--subject', 'E2', '--tests'];
    refuses(cli.run([...plan.slice(0, 6), 'E9']), /there is no exhibit E9/);
    refuses(cli.run([...plan, 'weights.palmistry']), /there is no test called weights.palmistry/);
    const { plan: number, document } = cli.json<{
      plan: string;
      document: { comparisons: { tests: object[] }[] };
    }>([...plan, ...TESTS]);
    assert.equal(number, 'P1');
    assert.equal(document.comparisons[0]!.tests.length, TESTS.length);
    const run = cli.json<{ run: string; findings: { number: string; test: { id: string } }[] }>([
      ...['case', 'run', 'acme', '--plan', 'P1'],
    ]);
    assert.equal(run.run, 'R1');
    assert.deepEqual(run.findings.map(({ test }) => test.id).sort(), [...TESTS].sort());
    refuses(cli.run(['case', 'run', 'acme', '--plan', 'P1']), /plan P1 was run already, as R1/);
    const amended = cli.done([...plan, TESTS[2]!, '--amends', 'P1', '--reason', 'one test is enough']);
    assert.match(amended, /^P2 is logged; it can be amended but not edited\./);
    refuses(cli.run(['case', 'opinion', 'acme', '--plan', 'P2']), /no planned findings yet/);
    const aside = cli.done(['case', 'run', 'acme', '--plan', 'P1', '--exploratory']);
    assert.match(
      aside,
      /R2 of plan P1 \(exploratory\): 3 findings[\s\S]*never enter[\s\S]*Next: filiation case report/,
    );
  });

  it('forms an opinion once, however often it is asked for', () => {
    const opinion = ['case', 'opinion', 'acme', '--plan', 'P1'];
    const { opinions } = cli.json<{ opinions: { number: string; opinion: { sentence: string } }[] }>(opinion);
    assert.equal(opinions[0]!.number, 'O1');
    const text = cli.done(opinion);
    assert.match(text, /^O1 on C1: /);
    assert.ok(text.split('\n').every((line) => line.length <= 110));
  });

  it('reports, commits to what is withheld, and seals what others can verify and recompute', async () => {
    const chromium = (await findBrowser(process.env)) !== undefined;
    const pdf = chromium ? ['--pdf', 'report.pdf'] : [];
    const remarks = ['--remarks', 'remarks.txt'];
    const { reports } = cli.json<{ reports: { number: string }[] }>([
      ...['case', 'report', 'acme', '--out', 'report.html', ...pdf, ...remarks],
    ]);
    assert.equal(reports[0]!.number, 'T1');
    const { salt } = cli.json<{ salt: string }>([
      'case',
      'disclose',
      'commit',
      'acme',
      'E2',
      '--parts',
      'files',
    ]);
    const secret = await readMasterSalt(salt, 'E2', { environment: cli.env });
    cli.secrets.set(
      'the master salt',
      secret.use((bytes) => Uint8Array.from(bytes)),
    );
    const sealed = cli.json<{ entries: number; root: string }>(['case', 'seal', 'acme', '--out', 'case.zip']);
    assert.match(sealed.root, /^[0-9a-f]{64}$/);
    const verified = cli.json<{ verdict: string; rerun: { same: number } }>([
      'verify',
      'case.zip',
      '--rerun',
    ]);
    assert.deepEqual([verified.verdict, verified.rerun.same], ['passed', 7]);
  });

  it('lets the other side answer with its own key, and takes the answer into the log', () => {
    cli.done(['case', 'open', 'case.zip', 'bolt']);
    refuses(cli.run(['case', 'open', 'case.zip', 'bolt']), /bolt is not empty/);
    const reply = ['case', 'reply', 'bolt', '--to', 'O1', '--position', 'disputed', '--ground'];
    refuses(cli.run([...reply, 'No.']), /no key of a party lies in this case/);
    refuses(cli.run([...reply, 'No.', '--as', 'acme', '--key', 'bolt.key.json']), /not the key of acme/);
    refuses(
      cli.run(['case', 'reply', 'bolt', '--key', 'bolt.key.json', '--to', 'F9', ...reply.slice(5), 'No.']),
      /F9/,
    );
    assert.match(
      cli.done([...reply, 'Both began from one public checkpoint.', '--key', 'bolt.key.json']),
      /^Y1 .*outbox/,
    );
    const withEnvironment = { FILIATION_KEY: cli.keyText('bolt') };
    const second = cli.json<{ reply: string; logged: boolean }>(
      [...reply, 'See Y1.', '--as', 'bolt'],
      withEnvironment,
    );
    assert.deepEqual(second, { reply: 'Y2', to: 'O1', logged: false });
    refuses(
      cli.run(['case', 'seal', 'bolt', '--out', 'x.zip', '--key', 'bolt.key.json']),
      /only whoever keeps the log/,
    );
    assert.match(cli.done(['case', 'status', 'bolt']), /2 claims more in the outbox/);
    assert.deepEqual(cli.json(['case', 'send', 'bolt', '--out', 'packet.json']), {
      packet: 'packet.json',
      claims: 2,
    });
    assert.match(cli.done(['case', 'receive', 'acme', 'packet.json']), /^2 claims logged/);
    refuses(cli.run(['case', 'receive', 'acme', 'packet.json']), /packet.json was received already/);
    cli.done(['case', 'seal', 'acme', '--out', 'case2.zip', '--withhold', 'E2=trade secret']);
    const { verdict } = cli.json<{ verdict: string }>(['verify', 'case2.zip']);
    assert.equal(verdict, 'passed');
  });

  it('says where it stands and what was done, in the time zone of the case', () => {
    const text = cli.done(['case', 'status', 'acme']);
    assert.match(text, /D1 +met +report-by +31 Dec 2099, 23:59 +acme, met by T1 \(order of 1 December\)/);
    assert.match(text, /D2 +passed hearing +1 Feb 2020, 09:30 /);
    assert.match(text, /P1 +run as R1, R2 \(exploratory\); amended by P2\n {2}P2 +not run yet/);
    assert.match(text, /Not answered yet\n {2}F1–F6, T1/);
    const log = cli.done(['case', 'log', 'acme']);
    assert.match(log, / 1 {2}\d.* acme +exhibit E1 +base_A, from Bolt\n/);
    const { entries } = cli.json<{ entries: { index: number; name: string }[] }>(['case', 'log', 'acme']);
    assert.equal(entries.length, log.trimEnd().split('\n').length);
    refuses(cli.run(['case', 'log', 'acme', '--entry', '999']), /no entry 999/);
    assert.equal(cli.json<{ verdict: string }>(['case', 'fsck', 'acme']).verdict, 'passed');
  });

  it('refuses a missing or wrong passphrase, and a folder that is full or damaged', async () => {
    const add = ['case', 'add', 'acme', example('base_B'), '--origin', 'a hub', '--from', 'Bolt'];
    refuses(cli.run(add, { FILIATION_PASSPHRASE: 'canary passphrase wrong' }), /passphrase is wrong/);
    refuses(
      cli.run(['case', 'new', 'acme', '--title', 'x', '--party', 'a=A;claimant;examiner']),
      /is not empty/,
    );
    const full = spawnSync(
      'sh',
      ['-c', `trap '' XFSZ; ulimit -f 100; exec "$0" "$@"`, process.execPath, program(), ...add],
      {
        cwd: cli.folder,
        encoding: 'utf8',
        env: { ...process.env, ...cli.env },
      },
    );
    refuses(
      { status: full.status, stdout: full.stdout, stderr: full.stderr },
      /cannot take .* into the case/,
    );
    assert.equal((await readdir(cli.path('acme', 'exhibits'))).length, 2);
    await cp(cli.path('acme'), cli.path('hurt'), { recursive: true });
    await writeFile(cli.path('hurt', 'case.json'), '{"schema":');
    refuses(cli.run(['case', 'status', 'hurt']), /case\.json/);
    await cp(cli.path('acme', 'case.json'), cli.path('hurt', 'case.json'));
    const entries = cli.path('hurt', 'log', 'tile', 'entries');
    for (const name of await readdir(entries, { recursive: true })) {
      const bytes = await readFile(join(entries, name)).catch(() => undefined);
      if (bytes === undefined) continue;
      bytes[bytes.length >> 1]! ^= 1;
      await writeFile(join(entries, name), bytes);
    }
    refuses(cli.run(['case', 'status', 'hurt']), /log/, 3);
  });

  it('writes no secret anywhere, and no place or user of this machine into what is handed over', async () => {
    await mkdir(cli.path('opened'), { recursive: true });
    const outputs = cli.printed.join('\n');
    for (const [name, bytes] of cli.secrets)
      for (const form of forms(bytes)) assert.ok(!outputs.includes(form), `${name} was printed`);
    const names = (await readdir(cli.folder, { recursive: true, withFileTypes: true }))
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name));
    assert.ok(names.length > 50);
    for (const path of names) {
      const bytes = await readFile(path);
      const raw = bytes.toString('latin1');
      const texts = path.endsWith('.pdf') ? [raw, ...inflated(bytes)] : [raw];
      for (const [name, secret] of cli.secrets)
        for (const form of forms(secret))
          for (const text of texts) assert.ok(!text.includes(form), `${path} holds ${name}`);
      for (const place of PLACES)
        for (const text of texts) assert.ok(!text.includes(place), `${path} holds ${place}`);
    }
  });
});

/** Ways in which bytes are written down: raw, hex, base64 at each alignment, and as numbers. */
function forms(bytes: Uint8Array): readonly string[] {
  const buffer = Buffer.from(bytes);
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), buffer])
      .toString('base64')
      .slice(4, -4),
  );
  const urlSafe = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [buffer.toString('latin1'), buffer.toString('hex'), ...base64, ...urlSafe, [...bytes].join(',')];
}

/** Compressed streams of a PDF, unpacked. */
function inflated(pdf: Buffer): readonly string[] {
  const texts: string[] = [];
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 7)) {
    try {
      texts.push(inflateSync(pdf.subarray(at + 7), { finishFlush: 2 }).toString('latin1'));
    } catch {
      // An image or the end of another stream.
    }
  }
  return texts;
}
