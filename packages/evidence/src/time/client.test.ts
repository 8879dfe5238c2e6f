import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { type ErrorCode, FiliationError } from '@filiation/verify';
import { readTimeAuthority, type TimeAuthority } from './authority.ts';
import { requestTimestamp, requestTimestamps } from './client.ts';
import { type RunningAuthority, startAuthority } from './test-support/authority.ts';
import { digestOf } from './test-support/tokens.ts';

const imprint = { hash: 'sha256', digest: digestOf('sha256', Uint8Array.of(1, 2, 3)) } as const;

let running: RunningAuthority;
const servers: Server[] = [];

/** An authority of the right roots whose server answers as it likes. */
async function answering(listener: RequestListener): Promise<TimeAuthority> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { ...running.authority, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa` };
}

function rejects(work: Promise<unknown>, code: ErrorCode, text: RegExp): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof FiliationError, String(error));
    assert.match(error.message, text);
    assert.equal(error.code, code);
    return true;
  });
}

before(async () => {
  running = await startAuthority();
});
after(async () => {
  await running.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

describe('requestTimestamp', () => {
  it('hands out the reply with the time that it shows', async () => {
    running.setClock(new Date('2033-03-03T03:03:03Z'));
    const { reply, time } = await requestTimestamp({ authority: running.authority, imprint });
    running.setClock();
    assert.equal(time.time, '2033-03-03T03:03:03Z');
    assert.equal(time.authority, 'test time authority');
    assert.ok(reply.length > 500);
  });

  it('asks with a fresh nonce each time, so that an old reply is refused', async () => {
    const { reply } = await requestTimestamp({ authority: running.authority, imprint });
    const replaying = await answering((_request, response) => response.end(reply));
    await rejects(requestTimestamp({ authority: replaying, imprint }), 'UNVERIFIED', /another nonce/);
  });

  it('hands out nothing that does not verify', async () => {
    const other = { hash: 'sha256', digest: new Uint8Array(32) } as const;
    running.change({ imprint: other });
    await rejects(
      requestTimestamp({ authority: running.authority, imprint }),
      'UNVERIFIED',
      /reply of time authority test: stamps other bytes/,
    );
    running.change({ policy: '1.2.3.4' });
    await rejects(
      requestTimestamp({ authority: running.authority, imprint, policy: '1.2.3.5' }),
      'UNVERIFIED',
      /under policy 1\.2\.3\.4, not 1\.2\.3\.5/,
    );
    running.change({ status: 2, statusText: 'closed today' });
    await rejects(requestTimestamp({ authority: running.authority, imprint }), 'UNVERIFIED', /closed today/);
    running.change({});
  });

  it('says who does not answer, and how', async () => {
    const gone = await answering((_request, response) => response.end());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await rejects(
      requestTimestamp({ authority: gone, imprint }),
      'UNREACHABLE',
      /authority test: .*ECONNREFUSED/,
    );

    const failing = await answering((_request, response) => response.writeHead(503).end('busy'));
    await rejects(requestTimestamp({ authority: failing, imprint }), 'UNREACHABLE', /HTTP status 503/);

    const page = await answering((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>Welcome'),
    );
    await rejects(
      requestTimestamp({ authority: page, imprint }),
      'UNREACHABLE',
      /text\/html, not with a time/,
    );

    const cut = await answering((_request, response) => {
      response.writeHead(200, { 'content-length': '5000' });
      response.write('x', () => response.destroy());
    });
    await rejects(
      requestTimestamp({ authority: cut, imprint }),
      'UNREACHABLE',
      /cannot talk to 127\.0\.0\.1/,
    );
  });

  it('follows no redirection', async () => {
    let followed = 0;
    const moved = await answering((request, response) => {
      if (request.url !== '/tsa') followed++;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await rejects(requestTimestamp({ authority: moved, imprint }), 'UNREACHABLE', /redirection \(HTTP 307\)/);
    assert.equal(followed, 0);
  });

  it('gives up on an authority that never answers, and when told to stop', async () => {
    const silent = await answering(() => {});
    await rejects(
      requestTimestamp({ authority: silent, imprint, timeoutMs: 50 }),
      'UNREACHABLE',
      /no answer within 0\.05 s/,
    );
    const stop = new AbortController();
    const asked = requestTimestamp({ authority: silent, imprint, signal: stop.signal });
    stop.abort();
    await rejects(asked, 'INTERRUPTED', /was stopped/);
  });

  it('reads no more than a reply can have', async () => {
    const endless = await answering((_request, response) => {
      response.writeHead(200);
      const piece = Buffer.alloc(65_536);
      const more = (): void => {
        if (!response.destroyed) response.write(piece, more);
      };
      more();
    });
    await rejects(requestTimestamp({ authority: endless, imprint }), 'LIMIT_EXCEEDED', /above 262144 bytes/);
  });

  it('never repeats a header in an error', async () => {
    const secret = 'canary\nsecret';
    await assert.rejects(
      requestTimestamp({ authority: running.authority, imprint, headers: { authorization: secret } }),
      (error) => {
        assert.ok(error instanceof FiliationError);
        assert.doesNotMatch(`${error.message} ${error.hint} ${String(error.cause)}`, /canary/);
        return true;
      },
    );
  });
});

describe('requestTimestamps', () => {
  it('gives every authority an answer of its own', async () => {
    const dead = {
      ...(await answering((_request, response) => response.writeHead(500).end())),
      name: 'dead',
    };
    const [bad, good] = await requestTimestamps([dead, running.authority], { imprint });
    assert.ok(bad !== undefined && 'error' in bad && bad.error.code === 'UNREACHABLE');
    assert.ok(good !== undefined && 'time' in good && good.time.imprint.length === 64);
  });
});

describe('readTimeAuthority', () => {
  it('refuses settings that cannot work, without repeating a password', () => {
    const settings = { name: 'test', url: 'https://stamp.example/', roots: running.rootPem };
    assert.equal(readTimeAuthority(settings).roots.length, 1);
    const bad = [
      { ...settings, name: 'No Spaces' },
      { ...settings, name: '../x' },
      { ...settings, url: 'stamp.example' },
      { ...settings, url: 'file:///etc/passwd' },
      { ...settings, url: 'https://user:canary@stamp.example/' },
      { ...settings, roots: 'no certificate' },
    ];
    for (const one of bad)
      assert.throws(
        () => readTimeAuthority(one),
        (error) => error instanceof FiliationError && !error.message.includes('canary'),
      );
  });
});
