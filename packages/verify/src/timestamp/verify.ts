import { equalBytes, hexOf } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import type { DigestName, Platform } from '../platform.ts';
import type { Certificate } from '../x509/certificate.ts';
import { verifyChain } from '../x509/chain.ts';
import { certificateTitle } from '../x509/chain-rules.ts';
import type { GeneralName } from '../x509/name.ts';
import { checkRevocation, type RevocationState } from '../x509/revocation.ts';
import type { RevocationList } from '../x509/revocation-list.ts';
import { parseTimestampReply, type TimestampToken } from './reply.ts';
import { verifySigner } from './signer.ts';
import type { TokenInfo } from './token-info.ts';

/** How far ahead of `now` a token may lie: clocks differ. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

const DIGEST_BYTES: Readonly<Record<DigestName, number>> = { sha256: 32, sha384: 48, sha512: 64 };

export interface Imprint {
  readonly hash: DigestName;
  readonly digest: Uint8Array;
}

export interface TimestampRequirements {
  /** Time-stamp reply (`.tsr`) or bare token. */
  readonly bytes: Uint8Array;
  /** What must have been stamped: the bytes themselves, or their digest. */
  readonly stamped: { readonly message: Uint8Array } | { readonly imprint: Imprint };
  /** Certificates that are trusted, as configured. */
  readonly roots: readonly Certificate[];
  /** The authority's certificates where the token does not carry them. */
  readonly extraCertificates?: readonly Certificate[];
  /** Looked up for every certificate of the chain; lists of other issuers are passed over. */
  readonly revocationLists?: readonly RevocationList[];
  /** Lower-case hex of the nonce that was asked for: the token must have it. */
  readonly nonce?: string;
  /** A token from later than this moment is refused. */
  readonly now?: Date;
  /** For messages: the file's name. */
  readonly name?: string;
}

/** What a time authority vouches for: these bytes existed at this time. */
export interface VerifiedTime {
  /** RFC 3339 UTC, with the digits that the token has. */
  readonly time: string;
  /** Milliseconds since 1970, rounded down. */
  readonly milliseconds: number;
  /** The time is right within this many seconds, says the authority; absent where it says nothing. */
  readonly accuracySeconds?: number;
  /** Object identifier of the authority's policy. */
  readonly policy: string;
  /** Hex. */
  readonly serial: string;
  /** Name of the authority in its certificate, escaped. */
  readonly authority: string;
  /** Name of the root that the chain ends in, escaped. */
  readonly root: string;
  readonly hash: DigestName;
  /** Hex of the stamped digest. */
  readonly imprint: string;
  /** RFC 3339 UTC: end of the authority's own certificate. Stamp anew before it. */
  readonly certificateEnds: string;
  /** RFC 3339 UTC: earliest end of validity in the chain. */
  readonly chainEnds: string;
  /** Whether lists at hand, made after the time, cover the chain: then nothing was revoked up to `asOf`. */
  readonly revocation: RevocationState;
  /** Signer first, root last. */
  readonly chain: readonly Certificate[];
}

/**
 * Verifies an RFC 3161 time token in full: that the authority granted it, that it stamps exactly these
 * bytes, the nonce, the signature over the signed attributes (RFC 5652), that these name the signing
 * certificate (RFC 2634, RFC 5035), that this certificate is made for time-stamping alone and critically
 * so, and that a chain of certificates, all valid at the time of the token and revoked on no list at hand, leads to a configured
 * root.
 *
 * @throws FiliationError UNVERIFIED, MALFORMED, TRUNCATED, UNSUPPORTED, LIMIT_EXCEEDED: the message names
 *   what does not fit.
 */
export async function verifyTimestamp(
  platform: Platform,
  requirements: TimestampRequirements,
): Promise<VerifiedTime> {
  const { roots, extraCertificates = [], name = 'time token' } = requirements;
  const token = parseTimestampReply(requirements.bytes, name);
  const { info } = token;
  const imprint = await checkImprint(platform, info, requirements.stamped, name);
  checkNonce(info, requirements.nonce, name);
  const signer = await verifySigner(platform, token.data, extraCertificates);
  checkAuthorityName(info, signer, name);
  checkNow(info, requirements.now, name);
  const chain = await chainAtTokenTime(platform, token, signer, extraCertificates, roots, name);
  const revocation = await checkRevocation(
    platform,
    chain,
    requirements.revocationLists ?? [],
    new Date(info.time.milliseconds),
  );
  const ends = chain.map(({ notAfter }) => notAfter).sort((a, b) => a.milliseconds - b.milliseconds);
  return {
    time: info.time.text,
    milliseconds: info.time.milliseconds,
    ...(info.accuracySeconds === undefined ? {} : { accuracySeconds: info.accuracySeconds }),
    policy: info.policy,
    serial: info.serial,
    authority: signer.subject.shortText,
    root: chain[chain.length - 1]!.subject.shortText,
    hash: imprint.hash,
    imprint: hexOf(imprint.digest),
    certificateEnds: signer.notAfter.text,
    chainEnds: ends[0]!.text,
    revocation,
    chain,
  };
}

async function checkImprint(
  platform: Platform,
  info: TokenInfo,
  stamped: TimestampRequirements['stamped'],
  name: string,
): Promise<Imprint> {
  const { hash, digest } = info.imprint;
  if (typeof hash !== 'string')
    throw new FiliationError(
      'UNSUPPORTED',
      `${name}: stamps a digest by ${hash.unsupported}, which is not relied on`,
      {
        where: name,
      },
    );
  const expected =
    'imprint' in stamped ? stamped.imprint : { hash, digest: await platform.digest(hash, stamped.message) };
  if (expected.digest.length !== DIGEST_BYTES[expected.hash])
    throw new FiliationError('USAGE', `a ${expected.hash} digest of ${expected.digest.length} bytes`);
  if (expected.hash !== hash)
    throw unverified(name, `stamps a ${hash} digest where ${expected.hash} is expected`);
  if (!equalBytes(expected.digest, digest))
    throw unverified(
      name,
      `stamps other bytes: digest ${short(digest)} instead of ${short(expected.digest)}`,
    );
  return { hash, digest };
}

function checkNonce(info: TokenInfo, nonce: string | undefined, name: string): void {
  if (nonce === undefined) return;
  const wanted = nonce.replace(/^0+(?=.)/, '').toLowerCase();
  if (info.nonce === undefined)
    throw unverified(name, 'lacks the nonce of the request: it may answer another one');
  if (info.nonce !== wanted)
    throw unverified(name, 'has another nonce than the request: it answers another one');
}

/** RFC 3161 2.4.2: the name in the token must be one of its certificate's names. */
function checkAuthorityName(info: TokenInfo, signer: Certificate, name: string): void {
  const { authority } = info;
  if (authority === undefined) return;
  const own: GeneralName = { kind: 'directory', name: signer.subject };
  const names = [own, ...(signer.extensions.subjectAlternativeNames ?? [])];
  if (!names.some((one) => nameKey(one) === nameKey(authority)))
    throw unverified(name, `names another authority than the ${certificateTitle(signer)} that signed it`);
}

function nameKey(name: GeneralName): string {
  return `${name.kind}:${name.kind === 'directory' ? name.name.key : name.value}`;
}

function checkNow(info: TokenInfo, now: Date | undefined, name: string): void {
  if (now !== undefined && info.time.milliseconds > now.getTime() + CLOCK_TOLERANCE_MS)
    throw unverified(name, `its time ${info.time.text} lies in the future of ${now.toISOString()}`);
}

async function chainAtTokenTime(
  platform: Platform,
  token: TimestampToken,
  signer: Certificate,
  extra: readonly Certificate[],
  roots: readonly Certificate[],
  name: string,
): Promise<readonly Certificate[]> {
  try {
    return await verifyChain(platform, signer, [...token.data.certificates, ...extra], roots, {
      at: new Date(token.info.time.milliseconds),
      purpose: 'time-stamping',
    });
  } catch (error) {
    if (!(error instanceof FiliationError)) throw error;
    throw new FiliationError(error.code, `${name}: ${error.message}`, {
      where: name,
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

function short(digest: Uint8Array): string {
  return `${hexOf(digest.subarray(0, 8))}…`;
}

function unverified(name: string, what: string): FiliationError {
  return new FiliationError('UNVERIFIED', `${name}: ${what}`, {
    where: name,
    hint: 'the token belongs to other bytes or another request, or was changed',
  });
}
