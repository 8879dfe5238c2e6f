import { randomBytes } from 'node:crypto';
import { FiliationError, type Imprint, type VerifiedTime, verifyTimestamp } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { checkAddress, type TimeAuthority } from './authority.ts';
import { readBody, refuseStatus, talk, unreachable } from './http.ts';
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
  return talk({
    who: `time authority ${authority.name}`,
    host: url.host,
    timeoutMs,
    signal: order.signal,
    work: async (signal) => {
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
      return readReply(response, authority.name);
    },
  });
}

async function readReply(response: Response, name: string): Promise<Uint8Array> {
  const who = `time authority ${name}`;
  await refuseStatus(response, who);
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('text/')) {
    await response.body?.cancel();
    throw unreachable(who, `answers with ${type}, not with a time-stamp reply`);
  }
  return readBody(response, MAX_REPLY_BYTES, who);
}
