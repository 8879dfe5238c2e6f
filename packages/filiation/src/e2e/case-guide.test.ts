import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { cloneRoot, example, program } from './run-cli.ts';

describe('the guide to working a case', { skip: process.platform === 'win32' }, () => {
  it('holds commands that work as they stand, in order', async () => {
    const guide = await readFile(join(cloneRoot(), 'docs', 'case.md'), 'utf8');
    const commands = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
    assert.ok(commands.length >= 8);
    const folder = await mkdtemp(join(tmpdir(), 'filiation-guide-'));
    try {
      for (const name of ['base_A', 'A_ft', 'S_plain'])
        await cp(example(name), join(folder, 'models', name), { recursive: true });
      await mkdir(join(folder, 'bin'));
      const wrapper = `#!/bin/sh\nexec "${process.execPath}" "${program()}" "$@"\n`;
      await writeFile(join(folder, 'bin', 'filiation'), wrapper, { mode: 0o755 });
      const { status, stdout, stderr } = spawnSync('sh', ['-eu', '-c', commands.join('\n')], {
        cwd: folder,
        encoding: 'utf8',
        env: {
          ...process.env,
          PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
          FILIATION_PASSPHRASE: 'correct horse battery staple',
        },
      });
      assert.equal(status, 0, `${stdout}\n${stderr}`);
      assert.match(stdout, /same, byte for byte +7 +F1–F6, O1\n/);
      assert.match(stdout, /Y1 .*to O1/);
      assert.equal(stdout.match(/^Passed: /gm)?.length, 3);
      assert.match(stdout, /^Sound: /m);
      assert.match(stdout, /reply Y1 +to O1, disputed/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
