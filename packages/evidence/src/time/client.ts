import { randomBytes } from 'node:crypto';
import { FiliationError, type Imprint, type VerifiedTime, verifyTimestamp } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { checkAddress, type TimeAuthority } from './authority.ts';
import { timestampRequest } from './request.ts';

/** Bytes of a reply: real ones have 700 to 10,000. */
const MAX_REPLY_BYTES = 256 * 1024;
/** Milliseconds for the whole exchange. */
const DEFAULT_TIMEOUT_MS = 20_000;
/** Bytes of a nonce. */
const NONCE_BYTES = 16;

export interface TimestampOrder {
  readonly authority: TimeAuthority;
  readonly imprint: Imprint;
  /** Object identifier of the policy wanted. */
  readonly policy?: string;
  /** For example `Authorization`, where the authority asks for it; never repeated in messages. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly fetch?: typeof fetch;
  /** Hex; drawn at random where absent. */
  readonly nonce?: string;
}

export interface ObtainedTime {
  /** The whole reply, as it is stored (`.tsr`). */
  readonly reply: Uint8Array;
  readonly time: VerifiedTime;
}

/**
 * Asks one authority over HTTP (RFC 3161 3.4) to stamp a digest, and verifies the reply in full before
 * handing it out. Redirects are refused: the address is a matter of configuration.
 *
 * @throws FiliationError UNREACHABLE (dead, slow, or answering with anything but a reply), INTERRUPTED,
 *   UNVERIFIED and the other codes of verifyTimestamp
 */
export async function requestTimestamp(order: TimestampOrder): Promise<ObtainedTime> {
  const { authority, imprint, nonce = randomBytes(NONCE_BYTES).toString('hex') } = order;
  const request = timestampRequest(imprint, {
    nonce,
    ...(order.policy === undefined ? {} : { policy: order.policy }),
  });
  const reply = await exchange(order, request);
  const time = await verifyTimestamp(nodePlatform, {
    bytes: reply,
    stamped: { imprint },
    roots: authority.roots,
    extraCertificates: authority.extraCertificates ?? [],
    nonce,
    name: `reply of time authority ${authority.name}`,
  });
  if (order.policy !== undefined && order.policy !== time.policy)
    throw new FiliationError(
      'UNVERIFIED',
      `reply of time authority ${authority.name}: under policy ${time.policy}, not ${order.policy} as asked`,
    );
  return { reply, time };
}

/** What one of several authorities gave: a time or an error. */
export type AuthorityAnswer =
  | ({ readonly authority: string } & ObtainedTime)
  | { readonly authority: string; readonly error: FiliationError };

/**
 * Asks several authorities at once; one that fails does not keep the others' tokens from being used.
 * In the order given.
 */
export function requestTimestamps(
  authorities: readonly TimeAuthority[],
  order: Omit<TimestampOrder, 'authority' | 'nonce'>,
): Promise<readonly AuthorityAnswer[]> {
  return Promise.all(
    authorities.map(async (authority): Promise<AuthorityAnswer> => {
      try {
        return { authority: authority.name, ...(await requestTimestamp({ ...order, authority })) };
      } catch (error) {
        if (error instanceof FiliationError) return { authority: authority.name, error };
        throw error;
      }
    }),
  );
}

async function exchange(order: TimestampOrder, request: Uint8Array): Promise<Uint8Array> {
  const { authority, timeoutMs = DEFAULT_TIMEOUT_MS, fetch: send = fetch } = order;
  const url = checkAddress(authority.name, authority.url);
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = order.signal === undefined ? deadline : AbortSignal.any([deadline, order.signal]);
  try {
    const response = await send(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        ...order.headers,
        'content-type': 'application/timestamp-query',
        accept: 'application/timestamp-reply',
      },
      body: request,
      signal,
    });
    return await readReply(response, authority.name);
  } catch (cause) {
    if (cause instanceof FiliationError) throw cause;
    if (order.signal?.aborted === true)
      throw new FiliationError('INTERRUPTED', `asking time authority ${authority.name} was stopped`);
    if (deadline.aborted)
      throw unreachable(authority.name, `${url.host} gave no answer within ${timeoutMs / 1000} s`);
    throw unreachable(authority.name, `cannot talk to ${url.host}: ${networkReason(cause)}`);
  }
}

async function readReply(response: Response, name: string): Promise<Uint8Array> {
  const { status } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    throw unreachable(name, `answers with a redirection (HTTP ${status}), which is not followed`);
  }
  if (status !== 200) {
    await response.body?.cancel();
    throw unreachable(name, `answers with HTTP status ${status}`);
  }
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('text/')) {
    await response.body?.cancel();
    throw unreachable(name, `answers with ${type}, not with a time-stamp reply`);
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > MAX_REPLY_BYTES)
      throw new FiliationError(
        'LIMIT_EXCEEDED',
        `time authority ${name}: a reply above ${MAX_REPLY_BYTES} bytes`,
        {
          where: name,
        },
      );
    pieces.push(piece);
  }
  const reply = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    reply.set(piece, at);
    at += piece.length;
  }
  return reply;
}

function unreachable(name: string, what: string): FiliationError {
  return new FiliationError('UNREACHABLE', `time authority ${name}: ${what}`, {
    where: name,
    hint: 'check the address, or write the request to a file and have it stamped elsewhere',
  });
}

/** The system's code (`ECONNREFUSED`); other messages could repeat a header, which may be a secret. */
function networkReason(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth++)
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return 'the connection failed';
}
