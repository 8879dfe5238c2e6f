import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { FiliationError } from '@filiation/verify';
import { readPassphrase } from './passphrase.ts';
import { askAt } from './prompt.ts';
import { Secret } from './secret.ts';

const coded = (code: string) => (error: unknown) => error instanceof FiliationError && error.code === code;
const textOf = (secret: Secret) => secret.use((bytes) => new TextDecoder().decode(bytes));
const what = 'the key of example.org';

describe('a passphrase', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-passphrase-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function file(name: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    await chmod(path, mode);
    return path;
  }

  it('is read from a file of the owner alone, without its line end', async () => {
    for (const end of ['', '\n', '\r\n']) {
      const path = await file('good', `some words ${end}`);
      assert.equal(textOf(await readPassphrase({ file: path }, { what })), 'some words ');
    }
  });

  it('is not read from a file that others can read or change', async () => {
    for (const mode of [0o640, 0o604, 0o620, 0o666]) {
      const path = await file(`mode${mode}`, 'some words', mode);
      await assert.rejects(readPassphrase({ file: path }, { what }), coded('UNSAFE'));
      const descriptor = openSync(path, 'r');
      await assert.rejects(readPassphrase({ descriptor }, { what }), coded('UNSAFE'));
      closeSync(descriptor);
    }
  });

  it('is read from a descriptor', async () => {
    const descriptor = openSync(await file('descriptor', 'some words\n'), 'r');
    assert.equal(textOf(await readPassphrase({ descriptor }, { what })), 'some words');
    closeSync(descriptor);
    await assert.rejects(readPassphrase({ descriptor: 9_999 }, { what }), coded('UNREADABLE'));
  });

  it('is read from the environment, and after that asked for', async () => {
    const environment = { FILIATION_PASSPHRASE: 'from there' };
    const ask = () => Promise.resolve(Secret.ofText('typed'));
    assert.equal(textOf(await readPassphrase({ environment, ask }, { what })), 'from there');
    assert.equal(textOf(await readPassphrase({ environment: {}, ask }, { what })), 'typed');
    await assert.rejects(readPassphrase({ environment: {} }, { what }), coded('USAGE'));
  });

  it('that is missing, empty, too long or not text is refused', async () => {
    await assert.rejects(readPassphrase({ file: join(folder, 'none') }, { what }), coded('NOT_FOUND'));
    await assert.rejects(readPassphrase({ file: folder }, { what }), coded('UNREADABLE'));
    for (const [content, code] of [
      ['', 'USAGE'],
      ['\n', 'USAGE'],
      ['x'.repeat(1_025), 'LIMIT_EXCEEDED'],
      [Uint8Array.of(0xff, 0x61), 'MALFORMED'],
    ] as const)
      await assert.rejects(readPassphrase({ file: await file('bad', content) }, { what }), coded(code));
  });

  it('for a new file has 12 characters and is typed twice alike', async () => {
    const typing = (...texts: string[]) => ({ ask: () => Promise.resolve(Secret.ofText(texts.shift()!)) });
    const fresh = { what, fresh: true };
    const good = await readPassphrase(typing('twelve chars', 'twelve chars'), fresh);
    assert.equal(textOf(good), 'twelve chars');
    await assert.rejects(readPassphrase(typing('eleven char', 'eleven char'), fresh), coded('USAGE'));
    await assert.rejects(readPassphrase(typing('twelve chars', 'twelve Chars'), fresh), coded('USAGE'));
    await assert.rejects(
      readPassphrase({ environment: { FILIATION_PASSPHRASE: 'short' } }, fresh),
      coded('USAGE'),
    );
  });
});

describe('a question at a terminal', () => {
  function terminal() {
    const states: boolean[] = [];
    const shown: string[] = [];
    const input = Object.assign(new PassThrough(), { setRawMode: (raw: boolean) => states.push(raw) });
    const output = { write: (text: string) => shown.push(text) };
    const ask = askAt(() => ({ input, output, close: () => input.destroy() }));
    return { ask, input, states, shown: () => shown.join('') };
  }

  it('shows nothing of what is typed and puts the terminal back', async () => {
    const { ask, input, states, shown } = terminal();
    const answer = ask('Passphrase: ');
    input.write('open ses');
    input.write('amx\u007fe\r');
    assert.equal(textOf(await answer), 'open sesame');
    assert.equal(shown(), 'Passphrase: \n');
    assert.deepEqual(states, [true, false]);
  });

  it('takes characters that arrive in pieces', async () => {
    const { ask, input } = terminal();
    const answer = ask('?');
    const bytes = new TextEncoder().encode('päss\n');
    for (const byte of bytes) input.write(Uint8Array.of(byte));
    assert.equal(textOf(await answer), 'päss');
  });

  it('ends on Control-C, Control-D and a closed terminal', async () => {
    for (const end of ['abc\u0003', 'abc\u0004', undefined]) {
      const { ask, input, states } = terminal();
      const answer = ask('?');
      if (end === undefined) input.end('abc');
      else input.write(end);
      await assert.rejects(answer, coded('INTERRUPTED'));
      assert.deepEqual(states, [true, false]);
    }
  });
});
