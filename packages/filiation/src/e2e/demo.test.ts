import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CliRun, filiation } from './run-cli.ts';

describe('filiation demo', () => {
  let folder = '';
  let told: CliRun;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-demo-'));
    told = filiation(['demo', '--out', join(folder, 'demo')], { node: ['--random-seed=1', '--hash-seed=1'] });
  });
  after(() => rm(folder, { recursive: true }));

  it('tells a claim, a plan, findings for child, disguised child and look-alike, a seal, a forgery', async () => {
    assert.equal(told.status, 0, told.stderr);
    const text = told.stdout.replaceAll(/\s+/g, ' ');
    assert.match(text, /A_ft \(a true child.*?1 in 10\^\d{3,}/);
    assert.match(text, /A_permuted \(a disguised child.*?1 in 10\^\d{3,}/);
    assert.match(text, /base_B \(an innocent look-alike.*?do not speak against proposition 2/);
    assert.match(text, /Verified passed: \d+ checks, none failed/);
    assert.match(text, /Forgery .*FAILED: finding F2/);
    assert.match(
      await readFile(join(folder, 'demo', 'report.html'), 'utf8'),
      /Birch says it trained this model/,
    );
    assert.equal(filiation(['verify', join(folder, 'demo', 'tampered.zip')]).status, 3);
  });

  it('has findings that come out to the same bytes in another folder, seed and thread count', () => {
    const run = filiation(
      ['verify', join(folder, 'demo', 'case.zip'), '--rerun', '--threads', '1', '--json'],
      {
        cwd: folder,
        node: ['--random-seed=2', '--hash-seed=2'],
        env: { TZ: 'Pacific/Auckland', LANG: 'de_DE.UTF-8' },
      },
    );
    assert.equal(run.status, 0, run.stderr);
    const { verdict, rerun } = JSON.parse(run.stdout);
    assert.equal(verdict, 'passed');
    // 39 findings and the three opinions on them.
    assert.deepEqual({ ...rerun, findings: [] }, { same: 42, different: 0, notRecomputed: 0, findings: [] });
  });
});
