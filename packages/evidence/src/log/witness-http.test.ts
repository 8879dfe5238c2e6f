import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { FiliationError, parseNote } from '@filiation/verify';
import { Secret } from '../keys/secret.ts';
import { createLog } from './log.ts';
import { numberedEntries, ORIGIN, testSigner, textOf } from './log-fixture.test.support.ts';
import { openWitness, type Witness } from './witness.ts';
import { submitToWitness, type WitnessEndpoint } from './witness-client.ts';
import { exportWitnessRequest } from './witness-exchange.ts';
import { serveWitness, type WitnessServer } from './witness-server.ts';
import type { Log } from './writable-log.ts';

const signer = testSigner();
const neutral = testSigner('neutral.example/w', 9);
const failsWith = (code: string) => (error: unknown) =>
  error instanceof FiliationError && error.code === code;

describe('a witness over HTTP', () => {
  let top = '';
  let count = 0;
  let log: Log;
  let witness: Witness;
  let server: WitnessServer;
  let endpoint: WitnessEndpoint;
  const open: Server[] = [];
  before(async () => {
    top = await mkdtemp(join(tmpdir(), 'filiation-witness-http-'));
  });
  beforeEach(async () => {
    const folder = join(top, String(count++));
    log = await createLog(join(folder, 'log'), { origin: ORIGIN, signer });
    await log.append(numberedEntries(0, 5));
    const stateFile = join(folder, 'witness', 'state.json');
    witness = await openWitness({ stateFile, signer: neutral, logKeys: [signer.vkey] });
    server = await serveWitness({ witness });
    endpoint = { url: server.url, keys: [witness.key] };
  });
  afterEach(async () => {
    await server.close();
    for (const each of open.splice(0)) {
      each.closeAllConnections();
      each.close();
    }
  });
  after(() => rm(top, { recursive: true }));

  /** A server of our own on loopback, for answers that no witness gives. */
  async function answering(listener: RequestListener): Promise<string> {
    const each = createServer(listener);
    open.push(each);
    await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(each.address() as AddressInfo).port}`;
  }

  it('cosigns, and is asked again from the size it holds', async () => {
    const [first] = await submitToWitness(log, endpoint);
    assert.deepEqual([first?.witness, first?.size], ['neutral.example/w', 5]);
    await log.append(numberedEntries(5, 300));
    const [second] = await submitToWitness(log, endpoint, 0);
    assert.equal(second?.size, 305);
    assert.equal(parseNote(log.checkpoint).signatures.length, 2);
    assert.deepEqual(await log.archivedSizes(), [5, 305]);
  });

  it('shows monitors the latest checkpoint cosigned', async () => {
    await submitToWitness(log, endpoint);
    const id = createHash('sha256').update(ORIGIN).digest('hex');
    const response = await fetch(`${server.url}/${id}/checkpoint`);
    assert.equal(await response.text(), textOf(log.checkpoint));
    assert.equal((await fetch(`${server.url}/${'0'.repeat(64)}/checkpoint`)).status, 404);
    assert.equal((await fetch(`${server.url}/add-checkpoint`)).status, 405);
  });

  it('says by status and type which size it holds', async () => {
    await submitToWitness(log, endpoint);
    await log.append(numberedEntries(5, 1));
    const body = await exportWitnessRequest(log, 0);
    const response = await fetch(`${server.url}/add-checkpoint`, { method: 'POST', body });
    assert.deepEqual(
      [response.status, response.headers.get('content-type'), await response.text()],
      [409, 'text/x.tlog.size', '5\n'],
    );
  });

  it('refuses a rewritten log, and one that has lost entries', async () => {
    await submitToWitness(log, endpoint);
    const other = await createLog(join(top, `rewritten-${count}`), { origin: ORIGIN, signer });
    await other.append(numberedEntries(1, 4));
    await assert.rejects(submitToWitness(other, endpoint), /has cosigned 5 entries, but this log has 4/);
    await other.append(numberedEntries(5, 4));
    await assert.rejects(submitToWitness(other, endpoint), failsWith('UNVERIFIED'));
    assert.deepEqual(await other.archivedSizes(), []);
  });

  it('lets in only who knows its token, and only with one beyond loopback', async () => {
    await assert.rejects(serveWitness({ witness, host: '0.0.0.0' }), failsWith('BAD_CONFIG'));
    const guarded = await serveWitness({ witness, token: Secret.ofText('canary-token') });
    const at = { url: guarded.url, keys: [witness.key] };
    await assert.rejects(submitToWitness(log, at), failsWith('DENIED'));
    await assert.rejects(submitToWitness(log, { ...at, token: Secret.ofText('wrong') }), failsWith('DENIED'));
    await submitToWitness(log, { ...at, token: Secret.ofText('canary-token') });
    await guarded.close();
    const open = { ...at, url: 'http://witness.example', token: Secret.ofText('canary-token') };
    await assert.rejects(submitToWitness(log, open), (error) => {
      assert.ok(error instanceof FiliationError && error.code === 'BAD_CONFIG');
      return !`${error.message}${error.hint}`.includes('canary');
    });
  });

  it('reads no request longer than one can be', async () => {
    const response = await fetch(`${server.url}/add-checkpoint`, {
      method: 'POST',
      body: new Uint8Array(2 ** 20),
    }).catch(() => undefined);
    assert.ok(response === undefined || response.status === 413);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write('POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n');
    const [reply] = await once(socket);
    socket.destroy();
    assert.match(String(reply), /^HTTP\/1\.1 413 /);
    await submitToWitness(log, endpoint);
  });

  it('a dead, silent, rambling or wandering one is told apart from a fork', async () => {
    const dead = { url: 'http://127.0.0.1:1', keys: [witness.key] };
    await assert.rejects(submitToWitness(log, dead), failsWith('UNREACHABLE'));
    const silent = await answering(() => undefined);
    const slow = { url: silent, keys: [witness.key], timeoutMs: 50 };
    await assert.rejects(submitToWitness(log, slow), failsWith('UNREACHABLE'));
    const stop = AbortSignal.abort();
    await assert.rejects(submitToWitness(log, { ...endpoint, signal: stop }), failsWith('INTERRUPTED'));
    const long = await answering((_, response) => void response.end('x'.repeat(100_000)));
    await assert.rejects(
      submitToWitness(log, { ...slow, url: long, timeoutMs: 5000 }),
      failsWith('LIMIT_EXCEEDED'),
    );
    const moved = await answering(
      (_, response) => void response.writeHead(302, { location: server.url }).end(),
    );
    await assert.rejects(submitToWitness(log, { ...endpoint, url: moved }), failsWith('UNREACHABLE'));
    let size = 0;
    const fickle = await answering((_, response) => {
      response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end(`${++size}\n`);
    });
    await assert.rejects(submitToWitness(log, { ...endpoint, url: fickle }), failsWith('UNREACHABLE'));
    const junk = await answering((_, response) => void response.end('hello\n'));
    await assert.rejects(submitToWitness(log, { ...endpoint, url: junk }), failsWith('MALFORMED'));
    for (const url of ['nonsense', 'ftp://w.example', 'https://me:word@w.example'])
      await assert.rejects(submitToWitness(log, { ...endpoint, url }), failsWith('BAD_CONFIG'));
    assert.equal(parseNote(log.checkpoint).signatures.length, 1);
  });
});

function once(socket: ReturnType<typeof connect>): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    socket.once('data', (piece) => resolve([piece]));
    socket.once('error', reject);
  });
}
