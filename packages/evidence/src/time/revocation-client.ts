import {
  type Certificate,
  checkRevocationList,
  FiliationError,
  readRevocationListFile,
  revocationAddresses,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { readBody, refuseStatus, talk, unreachable } from './http.ts';

/** Bytes of one list as it is fetched. */
const MAX_LIST_BYTES = 16 * 2 ** 20;
const DEFAULT_TIMEOUT_MS = 30_000;

export interface RevocationOrder {
  /** A verified chain, leaf first. */
  readonly chain: readonly Certificate[];
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly fetch?: typeof fetch;
}

export interface FetchedList {
  /** Name of the issuer, escaped. */
  readonly issuer: string;
  /** The file as it is stored, DER or PEM. */
  readonly bytes: Uint8Array;
}

export interface FetchedLists {
  readonly lists: readonly FetchedList[];
  /** One for each certificate for which no list could be had: it names none, or none answered. */
  readonly missing: readonly FiliationError[];
}

/**
 * Fetches the revocation lists that the certificates of a chain point to, to be stored beside a token. A
 * list is handed out only if the certificate's issuer signed it. Revoked or not is told by whoever checks
 * the token with the lists.
 *
 * @throws FiliationError INTERRUPTED
 */
export async function fetchRevocationLists(order: RevocationOrder): Promise<FetchedLists> {
  const lists: FetchedList[] = [];
  const missing: FiliationError[] = [];
  for (let place = 0; place + 1 < order.chain.length; place++) {
    const [certificate, issuer] = [order.chain[place]!, order.chain[place + 1]!];
    const found = await fetchFor(order, certificate, issuer);
    if (found instanceof FiliationError) missing.push(found);
    else lists.push({ issuer: issuer.subject.text, bytes: found });
  }
  return { lists, missing };
}

/** The first usable list, or why there is none. */
async function fetchFor(
  order: RevocationOrder,
  certificate: Certificate,
  issuer: Certificate,
): Promise<Uint8Array | FiliationError> {
  const who = `revocation list of ${issuer.subject.text}`;
  let error = unreachable(who, `the certificate of ${certificate.subject.text} names no address`);
  try {
    for (const address of revocationAddresses(certificate)) {
      const result = await fetchList(order, address, issuer, who);
      if (!(result instanceof FiliationError)) return result;
      error = result;
    }
  } catch (cause) {
    if (!(cause instanceof FiliationError) || cause.code === 'INTERRUPTED') throw cause;
    error = cause;
  }
  return error;
}

async function fetchList(
  order: RevocationOrder,
  address: string,
  issuer: Certificate,
  who: string,
): Promise<Uint8Array | FiliationError> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, fetch: send = fetch } = order;
  try {
    if (!URL.canParse(address)) throw unreachable(who, 'the address in the certificate is not a URL');
    const url = new URL(address);
    const bytes = await talk({
      who,
      host: url.host,
      timeoutMs,
      signal: order.signal,
      work: async (signal) => {
        const response = await send(url, { redirect: 'manual', signal });
        await refuseStatus(response, who);
        return readBody(response, MAX_LIST_BYTES, who);
      },
    });
    const own = readRevocationListFile(bytes, who).filter((list) => list.issuer.key === issuer.subject.key);
    if (own.length === 0)
      throw new FiliationError('UNVERIFIED', `${who}: the list at ${url.host} is of another issuer`, {
        where: who,
      });
    for (const list of own) await checkRevocationList(nodePlatform, list, issuer);
    return bytes;
  } catch (error) {
    if (error instanceof FiliationError && error.code !== 'INTERRUPTED') return error;
    throw error;
  }
}
