import { equalBytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { Certificate } from './certificate.ts';
import { certificateTitle, issuerFault, leafFault, type Purpose, validityFault } from './chain-rules.ts';
import { signatureFits } from './signature.ts';

/** Certificates in a chain, leaf and root included. */
const MAX_CHAIN = 8;
/** Signatures checked in looking for one chain: bounds what a crafted heap of certificates can cost. */
const MAX_SIGNATURE_CHECKS = 64;
/** Certificates offered for building chains. */
const MAX_INTERMEDIATES = 256;

export interface ChainRequest {
  /** Every certificate of the chain must be valid at this moment. */
  readonly at: Date;
  readonly purpose: Purpose;
}

interface Search {
  readonly platform: Platform;
  readonly request: ChainRequest;
  readonly intermediates: readonly Certificate[];
  readonly roots: readonly Certificate[];
  checks: number;
  /** What stopped the chain that got farthest. */
  fault: { depth: number; error: FiliationError } | undefined;
}

/**
 * A chain from `leaf` to one of `roots`, leaf first (RFC 5280 6.1 without policies and name constraints:
 * certificates that carry the latter, or a critical extension unknown here, are refused). Checked are
 * signatures, names and key identifiers, validity of every certificate at `at`, authority flag, path
 * length, key usage, and purpose: of the leaf, and of issuers below the root where they name purposes.
 * A root is trusted because it was configured, whoever signed it; a leaf among the roots is its own chain.
 *
 * @throws FiliationError UNVERIFIED where no chain holds, naming what does not fit; UNSUPPORTED where an
 *   algorithm in the way is not relied on; LIMIT_EXCEEDED
 */
export async function verifyChain(
  platform: Platform,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  roots: readonly Certificate[],
  request: ChainRequest,
): Promise<readonly Certificate[]> {
  if (intermediates.length > MAX_INTERMEDIATES)
    throw new FiliationError('LIMIT_EXCEEDED', `more than ${MAX_INTERMEDIATES} certificates offered`);
  const fault = leafFault(leaf, request.purpose) ?? validityFault(leaf, request.at);
  if (fault !== undefined) throw unverified(fault);
  const search: Search = { platform, request, intermediates, roots, checks: 0, fault: undefined };
  const chain = await extend(search, [leaf]);
  if (chain !== undefined) return chain;
  throw (
    search.fault?.error ??
    unverified(
      `${certificateTitle(leaf)}: no certificate at hand of its issuer ${leaf.issuer.text}, and it is no trusted root`,
    )
  );
}

/** Depth first, roots before intermediates; at most MAX_CHAIN deep. */
async function extend(
  search: Search,
  chain: readonly Certificate[],
): Promise<readonly Certificate[] | undefined> {
  const last = chain[chain.length - 1]!;
  if (search.roots.some((root) => equalBytes(root.der, last.der))) return chain;
  const named = (issuer: Certificate): boolean => isNamedIssuer(last, issuer);
  const trusted = search.roots.filter(named);
  const others = search.intermediates.filter(
    (one) => named(one) && !chain.some((held) => equalBytes(held.der, one.der)),
  );
  if (trusted.length + others.length === 0)
    note(
      search,
      chain,
      `${certificateTitle(last)}: no certificate at hand of its issuer ${last.issuer.text}, and it is no trusted root`,
    );
  for (const issuer of [...trusted, ...others]) {
    const error = await linkFault(search, chain, issuer);
    if (error !== undefined) {
      note(search, chain, error);
      continue;
    }
    if (trusted.includes(issuer)) return [...chain, issuer];
    if (chain.length + 2 > MAX_CHAIN) {
      note(search, chain, `${certificateTitle(issuer)}: the chain is longer than ${MAX_CHAIN} certificates`);
      continue;
    }
    const found = await extend(search, [...chain, issuer]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isNamedIssuer(subject: Certificate, issuer: Certificate): boolean {
  const wanted = subject.extensions.authorityKeyIdentifier;
  const held = issuer.extensions.subjectKeyIdentifier;
  return (
    subject.issuer.key === issuer.subject.key &&
    (wanted === undefined || held === undefined || wanted === held)
  );
}

/** Why `issuer` cannot stand above the chain's last certificate. */
async function linkFault(
  search: Search,
  chain: readonly Certificate[],
  issuer: Certificate,
): Promise<FiliationError | string | undefined> {
  const { platform, request } = search;
  const below = chain.slice(1);
  const trusted = search.roots.includes(issuer);
  const fault =
    issuerFault(issuer, below, trusted ? 'any' : request.purpose) ?? validityFault(issuer, request.at);
  if (fault !== undefined) return fault;
  if (++search.checks > MAX_SIGNATURE_CHECKS)
    throw new FiliationError(
      'LIMIT_EXCEEDED',
      `more than ${MAX_SIGNATURE_CHECKS} signatures in looking for a chain`,
    );
  const last = chain[chain.length - 1]!;
  try {
    const fits = await signatureFits(platform, {
      key: issuer.publicKey,
      algorithm: last.signatureAlgorithm,
      message: last.signedBytes,
      signature: last.signature,
      subject: certificateTitle(last),
    });
    return fits
      ? undefined
      : `${certificateTitle(last)}: not signed by the key of ${certificateTitle(issuer)}`;
  } catch (error) {
    if (error instanceof FiliationError) return error;
    throw error;
  }
}

function note(search: Search, chain: readonly Certificate[], fault: FiliationError | string): void {
  if (search.fault !== undefined && search.fault.depth >= chain.length) return;
  const error = typeof fault === 'string' ? unverified(fault) : fault;
  search.fault = { depth: chain.length, error };
}

function unverified(message: string): FiliationError {
  return new FiliationError('UNVERIFIED', message, {
    hint: 'check which root certificates are configured, and that the chain was stored with the signature',
  });
}
