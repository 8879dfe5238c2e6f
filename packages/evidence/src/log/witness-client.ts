import {
  concatBytes,
  FiliationError,
  type NoteKey,
  noteBytes,
  parseTreeSize,
  utf8Text,
} from '@filiation/verify';
import type { Secret } from '../keys/secret.ts';
import { exportWitnessRequest, type ImportedCosignature, importCosignature } from './witness-exchange.ts';
import { parseWitnessRequest } from './witness-request.ts';
import type { Log } from './writable-log.ts';

/** Milliseconds for one exchange. */
const DEFAULT_TIMEOUT_MS = 20_000;
/** Bytes of an answer: signature lines, a size, or a reason. */
const MAX_ANSWER_BYTES = 65_536;
/** Requests in one go: the first may learn the size held, and that may grow meanwhile. */
const MAX_TRIES = 4;

export interface WitnessEndpoint {
  /** Submission prefix; `http:` on loopback only where a token is sent. */
  readonly url: string;
  /** Cosignature keys of this witness. */
  readonly keys: readonly NoteKey[];
  readonly token?: Secret;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly fetch?: typeof fetch;
}

/**
 * Asks a witness over HTTP to cosign the present checkpoint and keeps the answer in the log. `oldSize` is
 * what it is believed to hold; a witness that holds another size says so and is asked again from there.
 *
 * @throws FiliationError UNREACHABLE (dead, slow, or not a witness), INTERRUPTED, DENIED (token, unknown
 *         log), UNVERIFIED where the witness has seen another history or more entries than the log has
 */
export async function submitToWitness(
  log: Log,
  endpoint: WitnessEndpoint,
  oldSize = 0,
): Promise<readonly ImportedCosignature[]> {
  const address = addressOf(endpoint);
  let from = oldSize;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const request = await exportWitnessRequest(log, from);
    const { status, type, body } = await post(endpoint, address, request);
    if (status === 200) {
      const answer = concatBytes(noteBytes(parseWitnessRequest(request).note), body);
      return importCosignature(log, answer, endpoint.keys);
    }
    if (status !== 409 || type !== 'text/x.tlog.size') throw refusal(address, status, body);
    from = parseTreeSize(utf8Text(body).replace(/\n$/, ''));
    if (from > log.size)
      throw new FiliationError(
        'UNVERIFIED',
        `the witness ${address.host} has cosigned ${from} entries, but this log has ${log.size}`,
        { hint: 'entries have been lost here, or somebody else writes to a log of this name' },
      );
  }
  throw new FiliationError('UNREACHABLE', `the witness ${address.host} keeps changing the size it holds`);
}

function refusal(address: URL, status: number, body: Uint8Array): FiliationError {
  const said = printable(body);
  const message = `the witness ${address.host} refuses (HTTP ${status}): ${said}`;
  if (status === 422 || status === 409)
    return new FiliationError('UNVERIFIED', message, {
      hint: 'the witness has seen another history of this log: keep both checkpoints',
    });
  if (status === 401 || status === 403 || status === 404)
    return new FiliationError('DENIED', message, {
      hint: 'the witness must know the key of this log, and may need a token',
    });
  return new FiliationError('UNREACHABLE', message, { hint: 'check the address of the witness' });
}

async function post(
  { token, timeoutMs = DEFAULT_TIMEOUT_MS, signal: stop, fetch: send = fetch }: WitnessEndpoint,
  address: URL,
  request: Uint8Array,
): Promise<{ readonly status: number; readonly type: string; readonly body: Uint8Array }> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = stop === undefined ? deadline : AbortSignal.any([deadline, stop]);
  try {
    const response = await send(address, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        ...(token && { authorization: token.use((bytes) => `Bearer ${utf8Text(bytes)}`) }),
      },
      body: request,
      signal,
    });
    const type = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
    return { status: response.status, type, body: await bodyOf(response, address) };
  } catch (cause) {
    if (cause instanceof FiliationError) throw cause;
    if (stop?.aborted === true)
      throw new FiliationError('INTERRUPTED', `asking the witness ${address.host} was stopped`);
    const reason = deadline.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(cause);
    throw new FiliationError('UNREACHABLE', `cannot talk to the witness ${address.host}: ${reason}`, {
      hint: 'try again later, or exchange files with the witness',
      cause,
    });
  }
}

async function bodyOf(response: Response, address: URL): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > MAX_ANSWER_BYTES)
      throw new FiliationError(
        'LIMIT_EXCEEDED',
        `the witness ${address.host} answers above ${MAX_ANSWER_BYTES} bytes`,
      );
    pieces.push(piece);
  }
  return concatBytes(...pieces);
}

/** @throws FiliationError BAD_CONFIG, naming no more than the host: an address may hold a password */
function addressOf({ url, token }: WitnessEndpoint): URL {
  let address: URL;
  try {
    address = new URL(`${url.replace(/\/+$/, '')}/add-checkpoint`);
  } catch {
    throw new FiliationError('BAD_CONFIG', 'the address of a witness is not a URL', {
      hint: 'write it as https://host/path',
    });
  }
  if (!/^https?:$/.test(address.protocol) || address.username !== '' || address.password !== '')
    throw new FiliationError('BAD_CONFIG', `the address of the witness ${address.host} cannot be asked`, {
      hint: 'give an http or https address without user name and password',
    });
  const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(address.hostname);
  if (token !== undefined && address.protocol === 'http:' && !loopback)
    throw new FiliationError(
      'BAD_CONFIG',
      `the token of the witness ${address.host} would travel in the open`,
      {
        hint: 'use an https address',
      },
    );
  return address;
}

/** What a stranger wrote, short and without control characters. */
function printable(body: Uint8Array): string {
  return (
    new TextDecoder()
      .decode(body.subarray(0, 400))
      .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
      .trim() || 'no reason given'
  );
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error && 'code' in inner ? String(inner.code) : 'no connection';
}
