import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ErrorCode, FiliationError } from '@filiation/verify';
import { readTimeAuthority } from './authority.ts';
import { readTimestampReply, writeTimestampRequest } from './exchange.ts';
import { parseTimestampRequest } from './request.ts';
import { makeAuthority } from './test-support/authority.ts';
import { digestOf, type TokenOptions } from './test-support/tokens.ts';

const imprint = { hash: 'sha256', digest: digestOf('sha256', Uint8Array.of(1, 2, 3)) } as const;
const local = makeAuthority();
const authority = readTimeAuthority({ name: 'test', url: 'https://stamp.example/', roots: local.rootPem });

let folder: string;
const at = (name: string): string => join(folder, name);
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filiation-time-'));
});
after(() => rm(folder, { recursive: true }));

/** What a person at the authority's machine does with the request. */
async function carry(name: string, changed: Partial<TokenOptions> = {}): Promise<void> {
  const { nonce } = parseTimestampRequest(await readFile(at(`${name}.tsq`)));
  await writeFile(
    at(`${name}.tsr`),
    local.stamp(imprint, nonce === undefined ? changed : { nonce, ...changed }),
  );
}

function rejects(work: Promise<unknown>, code: ErrorCode, text: RegExp): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof FiliationError, String(error));
    assert.match(error.message, text);
    assert.equal(error.code, code);
    return true;
  });
}

describe('stamping by exchange of files', () => {
  it('takes in the reply to its own request', async () => {
    await writeTimestampRequest(at('a.tsq'), imprint);
    await carry('a', { at: new Date('2031-01-01T00:00:00Z') });
    const file = { path: at('a.tsr'), authority, imprint, requestPath: at('a.tsq') };
    const { time, reply } = await readTimestampReply(file);
    assert.equal(time.time, '2031-01-01T00:00:00Z');
    assert.deepEqual(reply, new Uint8Array(await readFile(at('a.tsr'))));
  });

  it('refuses the reply to another request', async () => {
    await writeTimestampRequest(at('b.tsq'), imprint);
    await carry('b', { nonce: '77' });
    const file = { path: at('b.tsr'), authority, imprint };
    await rejects(
      readTimestampReply({ ...file, requestPath: at('b.tsq') }),
      'UNVERIFIED',
      /b\.tsr: has another nonce/,
    );
    await assert.doesNotReject(readTimestampReply(file), 'without the request there is no nonce to compare');
  });

  it('notices a request for other bytes', async () => {
    await writeTimestampRequest(at('c.tsq'), { hash: 'sha256', digest: new Uint8Array(32) });
    await carry('c');
    const file = { path: at('c.tsr'), authority, imprint, requestPath: at('c.tsq') };
    await rejects(readTimestampReply(file), 'CONFLICT', /c\.tsq: this request is for other bytes/);
  });

  it('says which file is missing, too large, or no reply', async () => {
    const file = (name: string) => readTimestampReply({ path: at(name), authority, imprint });
    await rejects(file('none.tsr'), 'NOT_FOUND', /none\.tsr/);
    await writeFile(at('large.tsr'), new Uint8Array(300_000));
    await rejects(file('large.tsr'), 'LIMIT_EXCEEDED', /large\.tsr/);
    await writeFile(at('text.tsr'), 'hello, this is no reply');
    await rejects(file('text.tsr'), 'TRUNCATED', /text\.tsr/);
    await rejects(file('.'), 'UNREADABLE', /EISDIR/);
  });
});
