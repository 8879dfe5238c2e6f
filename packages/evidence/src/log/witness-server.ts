import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FiliationError } from '@filiation/verify';
import type { Secret } from '../keys/secret.ts';
import type { Witness } from './witness.ts';
import { MAX_REQUEST_BYTES } from './witness-request.ts';

/** Milliseconds for a request's headers, for the whole of it, and for an idle connection. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 15_000;
const IDLE_MS = 5_000;
const MAX_CONNECTIONS = 64;
const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

export interface WitnessServerOptions {
  readonly witness: Witness;
  /** 0 for any free one. */
  readonly port?: number;
  /** Loopback where absent. */
  readonly host?: string;
  /** What clients must send as `Authorization: Bearer`; needed on any other host than loopback. */
  readonly token?: Secret;
}

export interface WitnessServer {
  /** Submission and monitoring prefix, without a slash at its end. */
  readonly url: string;
  /** Ends at once; the witness itself stays open. */
  close(): Promise<void>;
}

/**
 * Serves a witness over HTTP: `POST /add-checkpoint` of C2SP tlog-witness, and for monitors
 * `GET /<hex SHA-256 of the origin>/checkpoint`, the latest checkpoint cosigned.
 *
 * @throws FiliationError BAD_CONFIG for a host beyond loopback without a token, UNREACHABLE where the
 *         address cannot be had
 */
export async function serveWitness(options: WitnessServerOptions): Promise<WitnessServer> {
  const { host = '127.0.0.1', port = 0, token } = options;
  if (token === undefined && !LOOPBACK.includes(host))
    throw new FiliationError('BAD_CONFIG', `a witness on ${host} needs a token`, {
      hint: 'set a token, or serve on 127.0.0.1 only',
    });
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS },
    (request, response) => {
      answer(options, request, response).catch(() => {
        if (!response.headersSent) reply(response, 500, 'the witness could not keep the checkpoint\n');
        else response.destroy();
      });
    },
  );
  server.keepAliveTimeout = IDLE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, host, port);
  const { port: given } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${given}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { witness, token }: WitnessServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? '';
  const expected = path === '/add-checkpoint' ? 'POST' : 'GET';
  const watched = witness.origins.find((origin) => path === `/${sha256(origin).toString('hex')}/checkpoint`);
  if (token !== undefined && !mayEnter(token, request.headers.authorization))
    reply(response, 401, 'a token is needed\n', { 'www-authenticate': 'Bearer' });
  else if (path !== '/add-checkpoint' && watched === undefined) reply(response, 404, 'nothing is here\n');
  else if (request.method !== expected) reply(response, 405, `${expected} only\n`, { allow: expected });
  else if (watched !== undefined)
    reply(response, 200, witness.latest(watched)!.note, { 'cache-control': 'no-store' });
  else await addCheckpoint(witness, request, response);
}

async function addCheckpoint(
  witness: Witness,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) {
    reply(response, 413, 'the request is too long\n', { connection: 'close' });
    return;
  }
  const { status, body: text } = await witness.answer(body);
  const type = status === 409 ? 'text/x.tlog.size' : 'text/plain; charset=utf-8';
  reply(response, status, text, { 'content-type': type });
}

/** Undefined where it is too long; what follows is not read. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_REQUEST_BYTES) return undefined;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += (piece as Buffer).length;
    if (size > MAX_REQUEST_BYTES) return undefined;
    pieces.push(piece as Buffer);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

function mayEnter(token: Secret, header: string | undefined): boolean {
  const given = /^Bearer (.+)$/i.exec(header ?? '')?.[1] ?? '';
  // Digests have one length, so that the comparison takes the same time for any token.
  return token.use((bytes) => timingSafeEqual(sha256(bytes), sha256(given)));
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

function reply(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(text);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new FiliationError(
          'UNREACHABLE',
          `cannot serve on ${host}:${port}: ${(cause as NodeJS.ErrnoException).code}`,
          {
            hint: 'choose another port or host',
            cause,
          },
        ),
      ),
    );
    server.listen(port, host, () => resolve());
  });
}
