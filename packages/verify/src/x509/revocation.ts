import { FiliationError } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { Certificate } from './certificate.ts';
import { certificateTitle } from './chain-rules.ts';
import { revocationAddresses } from './revocation-addresses.ts';
import type { Revocation, RevocationList } from './revocation-list.ts';
import { signatureFits } from './signature.ts';

/** Lists looked at for one chain. */
const MAX_LISTS = 64;

/**
 * Reasons with which a certificate ends without its key being in doubt (RFC 3161 4): unspecified,
 * affiliation changed, superseded, cessation of operation. What was signed before stays good.
 */
const HARMLESS: ReadonlySet<number> = new Set([0, 3, 4, 5]);

const REASONS: readonly string[] = [
  'unspecified',
  'key compromised',
  'authority compromised',
  'affiliation changed',
  'superseded',
  'ceased operation',
  'on hold',
  'reason 7',
  'removed from the list',
  'privilege withdrawn',
  'attribute authority compromised',
];

export interface RevocationState {
  /** Whether every certificate below the root has a list from its issuer, made at or after `at`. */
  readonly checked: boolean;
  /** RFC 3339 UTC: nothing was revoked up to this moment; the earliest of the lists relied on. */
  readonly asOf?: string;
}

/**
 * Looks up every certificate of a verified chain, but the root, in those of `lists` that its issuer made.
 * Lists of other issuers are passed over. A certificate that was revoked before `at` fails; one revoked
 * later fails too, unless its issuer gave a reason that leaves the key out of doubt (RFC 3161 4).
 *
 * @param chain leaf first, as `verifyChain` returns it.
 * @throws FiliationError UNVERIFIED for a revoked certificate and for a list that its issuer did not sign
 */
export async function checkRevocation(
  platform: Platform,
  chain: readonly Certificate[],
  lists: readonly RevocationList[],
  at: Date,
): Promise<RevocationState> {
  if (lists.length > MAX_LISTS)
    throw new FiliationError('LIMIT_EXCEEDED', `more than ${MAX_LISTS} revocation lists`);
  const moments: number[] = [];
  let checked = true;
  for (let place = 0; place + 1 < chain.length; place++) {
    const latest = await lookUp(platform, chain[place]!, chain[place + 1]!, lists, at);
    if (latest === undefined || latest < at.getTime()) checked = false;
    if (latest !== undefined) moments.push(latest);
  }
  if (!checked || moments.length === 0) return { checked: false };
  return { checked, asOf: new Date(Math.min(...moments)).toISOString().replace('.000Z', 'Z') };
}

/** Time of the latest list that the issuer made for this certificate. */
async function lookUp(
  platform: Platform,
  certificate: Certificate,
  issuer: Certificate,
  lists: readonly RevocationList[],
  at: Date,
): Promise<number | undefined> {
  let latest: number | undefined;
  for (const list of lists) {
    if (!isFrom(list, issuer) || !covers(list, certificate)) continue;
    await checkRevocationList(platform, list, issuer);
    const found = list.revoked.get(certificate.serial);
    if (found !== undefined && counts(found, at)) throw revoked(certificate, found);
    latest = Math.max(latest ?? Number.NEGATIVE_INFINITY, list.thisUpdate.milliseconds);
  }
  return latest;
}

function isFrom(list: RevocationList, issuer: Certificate): boolean {
  const wanted = list.authorityKeyIdentifier;
  const held = issuer.extensions.subjectKeyIdentifier;
  return (
    list.issuer.key === issuer.subject.key && (wanted === undefined || held === undefined || wanted === held)
  );
}

/** A list may be for a part of its issuer's certificates only (RFC 5280 5.2.5). */
function covers({ scope, addresses }: RevocationList, certificate: Certificate): boolean {
  const authority = certificate.extensions.basicConstraints?.authority === true;
  if (scope !== 'all' && (scope === 'authorities') !== authority) return false;
  if (addresses === undefined) return true;
  return revocationAddresses(certificate).some((address) => addresses.includes(address));
}

/**
 * Whether `issuer` made the list and may make lists.
 * @throws FiliationError UNVERIFIED, UNSUPPORTED
 */
export async function checkRevocationList(
  platform: Platform,
  list: RevocationList,
  issuer: Certificate,
): Promise<void> {
  const subject = `revocation list of ${issuer.subject.text}`;
  const { keyUsage } = issuer.extensions;
  const allowed = keyUsage === undefined || keyUsage.has('cRLSign');
  const fits =
    allowed &&
    (await signatureFits(platform, {
      key: issuer.publicKey,
      algorithm: list.signatureAlgorithm,
      message: list.signedBytes,
      signature: list.signature,
      subject,
    }));
  if (!fits)
    throw new FiliationError(
      'UNVERIFIED',
      `${subject}: not signed by the key of the ${certificateTitle(issuer)}`,
      {
        where: subject,
        hint: 'the list was changed, or comes from somebody else',
      },
    );
}

function counts({ at: revokedAt, reason }: Revocation, at: Date): boolean {
  // 8: taken off the list again.
  if (reason === 8) return false;
  const harmless = reason !== undefined && HARMLESS.has(reason);
  return !harmless || revokedAt.milliseconds <= at.getTime();
}

function revoked(certificate: Certificate, { at, reason }: Revocation): FiliationError {
  const why = reason === undefined ? 'no reason given' : REASONS[reason];
  return new FiliationError(
    'UNVERIFIED',
    `${certificateTitle(certificate)}: revoked by its issuer on ${at.text} (${why})`,
    { hint: 'what it signed can no longer be relied on; a token of another authority may still hold' },
  );
}
