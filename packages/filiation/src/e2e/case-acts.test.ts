import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { example, filiation } from './run-cli.ts';

/** Runs a command that must succeed and gives its JSON. */
function done(...args: readonly string[]): Record<string, unknown> {
  const run = filiation([...args, '--json']);
  assert.equal(run.status, 0, `${args.join(' ')}\n${run.stderr}`);
  return JSON.parse(run.stdout) as Record<string, unknown>;
}

/** Runs a command that must be refused, and gives what it says. */
function refused(...args: readonly string[]): string {
  const run = filiation(args);
  assert.equal(run.status, 2, `${args.join(' ')}\n${run.stdout}`);
  assert.match(run.stderr, /What to do: /);
  return run.stderr;
}

describe('the acts of a case from the command line', () => {
  let folder = '';
  let of = '';
  let bolt: readonly string[] = [];
  before(async () => {
    process.env.FILIATION_PASSPHRASE = 'correct horse battery staple';
    folder = await mkdtemp(join(tmpdir(), 'filiation-acts-'));
    of = join(folder, 'case');
    const key = join(folder, 'bolt.json');
    bolt = ['--as', 'bolt', '--key', key];
    const { key: vkey } = done('key', 'new', key, '--name', 'example.org/bolt');
    assert.deepEqual(done('key', 'show', key), { file: key, key: vkey });
    const parties = [
      'acme=Acme;claimant;custodian,examiner',
      `bolt=Bolt;respondent;custodian,examiner;${vkey}`,
    ];
    done('case', 'new', of, '--title', 'Acts', '--party', ...parties);
    await writeFile(join(folder, 'calls.jsonl'), '{"call":1}\n{"call":2}\n{"call":3}\n');
    const model = example('base_A');
    const added = done(
      'case',
      'add',
      of,
      model,
      '--origin',
      'own',
      '--from',
      'acme',
      '--commit-only',
      'tensors',
    );
    assert.equal(added.storage, 'committed');
  });
  after(() => {
    delete process.env.FILIATION_PASSPHRASE;
    return rm(folder, { recursive: true });
  });

  it('hand an exhibit over, set a date, correct, and replace a key', () => {
    const arrived = ['--check', example('base_A')];
    const to = ['--from', 'acme', '--to', 'a laboratory', '--means', 'by courier'];
    assert.equal(done('case', 'custody', of, 'E1', ...to, ...arrived).condition, 'unchanged');
    assert.match(refused('case', 'custody', of, 'E1', ...to), /a laboratory holds it/);
    const due = 'report-by=2031-01-01T00:00:00Z;order of 1 December';
    assert.equal(done('case', 'deadline', of, due).number, 'D1');
    done('case', 'key', 'rotate', of, '--reason', 'yearly');
    // The new key is found by what the log says, and it signs.
    assert.equal(done('case', 'correct', of, '--entry', '1', '--reason', 'a wrong name').corrects, 1);
  });

  it('draw a joint seed, and sketch and open what was committed to', async () => {
    const log = join(folder, 'calls.jsonl');
    const add = ['case', 'add', of, log, '--kind', 'log', '--origin', 'service', '--from', 'bolt', ...bolt];
    done(...add, '--commit-only', 'rows');
    const open = ['case', 'disclose', 'open', of, 'E2', ...bolt, '--ground', 'personal data'];
    const opened = done(...open, '--parts', '1', '--path', log);
    assert.match(String(opened.document), /^disclosure\/[0-9a-f]{64}\.jsonl$/);

    assert.equal(done('case', 'seed', 'commit', of).seed, 'S1');
    done('case', 'seed', 'commit', of, 'S1', ...bolt);
    done('case', 'seed', 'reveal', of, 'S1', ...bolt);
    done('case', 'seed', 'reveal', of, 'S1');
    assert.match(String(done('case', 'seed', 'result', of, 'S1').value), /^[0-9a-f]{64}$/);

    const sketch = ['case', 'disclose', 'sketch', of, 'E1', '--seed', 'S1', '--path', example('base_A')];
    const { document } = done(...sketch);
    const path = join(of, String(document));
    assert.equal(done('case', 'sketch-compare', path, path).medianDistance, 0);
  });

  it('end in a bundle that verifies, in which no withheld byte and no secret lies', async () => {
    const bundle = join(folder, 'case.zip');
    done('case', 'seal', of, '--out', bundle);
    assert.equal(done('verify', bundle).verdict, 'passed');
    const content = await readFile(bundle, 'latin1');
    assert.ok(content.includes('{\\"call\\":2}'), 'the row that was opened');
    assert.ok(!content.includes('call\\":1') && !content.includes('call":1'), 'a row that was not');
    assert.ok(!content.includes('filiation.sealed/1'), 'a key, salt or seed value');
    const kept = await readdir(join(of, 'keys'));
    assert.equal(kept.filter((name) => name.startsWith('salt-')).length, 2);
  });
});
