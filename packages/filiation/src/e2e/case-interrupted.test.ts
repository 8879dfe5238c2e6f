import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type CaseCli, caseCli, openedCase } from '../test-support/case-cli.ts';
import { example, program } from './run-cli.ts';

const RUN = ['case', 'run', 'acme', '--plan', 'P1', '--threads', '1'];

describe('a run that is cut short', { skip: process.platform === 'win32' }, () => {
  let cli: CaseCli;
  const children: ChildProcess[] = [];
  before(async () => {
    cli = await caseCli();
    await openedCase(cli);
    for (const name of ['base_A', 'A_ft'])
      cli.done(['case', 'add', 'acme', example(name), '--origin', 'a disk', '--from', 'Bolt']);
    cli.done(['case', 'plan', 'acme', '--reference', 'E1', '--subject', 'E2']);
  });
  after(() => {
    // Stopped ones would outlive a test that failed.
    for (const child of children) child.kill('SIGKILL');
    return cli.remove();
  });

  const findings = async (): Promise<string[]> =>
    (await readdir(cli.path('acme', 'findings')).catch(() => [])).filter((name) => name.endsWith('.json'));

  /** Starts the run and stops it in its tracks once it has logged some findings more. */
  async function runUntil(least: number): Promise<ChildProcess> {
    const child = spawn(process.execPath, [program(), ...RUN], {
      cwd: cli.folder,
      env: { ...process.env, ...cli.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    while ((await findings()).length < least) {
      assert.equal(child.exitCode, null, 'the run ended before it could be cut short');
      await pause(5);
    }
    child.kill('SIGSTOP');
    return child;
  }

  function ended(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
    let stderr = '';
    child.stderr!.on('data', (data: Buffer) => {
      stderr += data.toString();
    });
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr })));
  }

  it('goes on where it stopped after Ctrl-C and after a kill, and computes nothing twice', async () => {
    const first = await runUntil(2);
    const second = cli.run(RUN);
    assert.equal(second.status, 2);
    assert.match(second.stderr, /Error: process \d+ is writing in /);
    const stop = ended(first);
    first.kill('SIGINT');
    first.kill('SIGCONT');
    const { code, stderr } = await stop;
    assert.equal(code, 4);
    assert.match(stderr, /Interrupted\. Logged findings are kept; the same command goes on from there\./);
    const kept = await findings();
    assert.ok(kept.length >= 2);

    const killed = await runUntil(kept.length + 2);
    const kill = ended(killed);
    killed.kill('SIGKILL');
    await kill;
    assert.match(cli.done(['case', 'status', 'acme']), /Runs that have not ended\n {2}R1: /);
    const result = cli.json<{ run: string; findings: { number: string; test: { id: string } }[] }>(RUN);
    assert.equal(result.run, 'R1');
    assert.equal(result.findings.length, 13);
    assert.equal(new Set(result.findings.map(({ test }) => test.id)).size, 13);
    assert.deepEqual(
      result.findings.map(({ number }) => number),
      result.findings.map((_, at) => `F${at + 1}`),
    );
    assert.equal((await findings()).length, 13);
    const { entries } = cli.json<{ entries: { name: string }[] }>(['case', 'log', 'acme']);
    assert.equal(entries.filter(({ name }) => name === 'run').length, 2);
    cli.done(['case', 'seal', 'acme', '--out', 'case.zip']);
    const { verdict, rerun } = cli.json<{ verdict: string; rerun: { same: number } }>([
      'verify',
      'case.zip',
      '--rerun',
    ]);
    assert.deepEqual([verdict, rerun.same], ['passed', 13]);
  });
});
