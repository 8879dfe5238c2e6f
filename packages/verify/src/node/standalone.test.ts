import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Folder of the workspace: only there the verifier can be made. */
function workspace(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'scripts/build-verifier.mjs'))) folder = dirname(folder);
  return folder;
}

describe('the verifier in one file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-standalone-'));
    for (const name of ['one', 'two']) {
      const script = join(workspace(), 'scripts/build-verifier.mjs');
      const run = spawnSync(process.execPath, [script, '--out', join(folder, name)], { encoding: 'utf8' });
      assert.equal(run.status, 0, run.stderr);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const made = (name: string, of = 'one'): string => readFileSync(join(folder, of, name), 'utf8');

  it('is the same bytes whenever it is made', async () => {
    const files = await readdir(join(folder, 'one'));
    assert.deepEqual(files.sort(), ['filiation-verify.mjs', 'verify-by-hand.md', 'verify.html']);
    for (const file of files) assert.equal(made(file), made(file, 'two'));
  });

  it('needs nothing but Node', () => {
    const imports = [...made('filiation-verify.mjs').matchAll(/^(?:import|export) .*from '([^']+)'/gm)];
    assert.ok(imports.length > 0);
    for (const [, from] of imports) assert.match(from!, /^node:/);
    assert.doesNotMatch(made('filiation-verify.mjs'), /\bimport\(|\brequire\(/);
  });

  it('tells nothing of the machine it was made on', () => {
    for (const file of ['filiation-verify.mjs', 'verify.html'])
      for (const secret of [workspace(), `${tmpdir()}/`, 'sourceMappingURL'])
        assert.ok(!made(file).includes(secret), `${file} holds ${secret}`);
  });

  it('is a page that can run one script, use one style and reach nothing', () => {
    const html = made('verify.html');
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    const hashOf = (element: string): string => {
      const found = [...html.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g'))];
      assert.equal(found.length, 1);
      return createHash('sha256').update(found[0]![1]!).digest('base64');
    };
    assert.deepEqual(policy.split('; '), [
      "default-src 'none'",
      `script-src 'sha256-${hashOf('script')}'`,
      `style-src 'sha256-${hashOf('style')}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    assert.doesNotMatch(html, /\s(?:src|href)="(?!#|data:)/);
  });
});
