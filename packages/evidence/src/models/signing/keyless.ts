import { FiliationError } from '@filiation/verify';
import type { SerializedBundle } from '@sigstore/bundle';
import type { SignedEntity, TrustMaterial } from '@sigstore/verify';
import type { SignatureBundle } from './bundle.ts';
import { readTrustedRoot } from './trusted-root.ts';

export interface KeylessTrust {
  /** The archived trusted root, JSON bytes. */
  readonly trustedRoot: Uint8Array;
  /** Exactly the identity in the certificate: an e-mail address or a URI. */
  readonly identity: string;
  /** Exactly the issuer that vouched for the identity, a URI. */
  readonly issuer: string;
}

/** Outside evidence of when a signature was made. */
export interface SigningTime {
  readonly kind: 'transparency-log' | 'time-authority';
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly logIndex?: string;
}

/**
 * Checks a keyless (Sigstore) signature offline against an archived trusted root: certificate chain,
 * certificate and transparency logs, times, and the signature over the envelope.
 *
 * @throws FiliationError UNVERIFIED with the library's code in the message
 */
export async function verifyKeyless(
  bundle: SignatureBundle,
  trust: KeylessTrust,
  where: string,
): Promise<{ readonly identity: string; readonly issuer: string; readonly times: readonly SigningTime[] }> {
  // Loaded here: few cases hold keyless signatures.
  const [library, bundles, core] = await Promise.all([
    import('@sigstore/verify'),
    import('@sigstore/bundle'),
    import('@sigstore/core'),
  ]);
  const material: TrustMaterial = readTrustedRoot(
    trust.trustedRoot,
    core.X509Certificate,
    'the trusted root',
  );
  let entity: SignedEntity;
  let found: { readonly name?: string | undefined; readonly issuer?: string | undefined };
  try {
    const parsed = bundles.bundleFromJSON(bundle.document as unknown as SerializedBundle);
    entity = library.toSignedEntity(parsed);
    const { identity } = new library.Verifier(material).verify(entity);
    found = { name: identity?.subjectAlternativeName, issuer: identity?.extensions?.issuer };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? `${String(cause.code)}: ` : '';
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FiliationError(
      'UNVERIFIED',
      `${where}: the keyless signature is not accepted: ${code}${reason}`,
      {
        where,
        hint: 'keep the trusted root of the day of signing with the signature: authorities come and go',
        cause,
      },
    );
  }
  // The library takes the expected name for a pattern; a name that merely contains it is another one.
  if (found.name !== trust.identity || found.issuer !== trust.issuer)
    throw new FiliationError(
      'UNVERIFIED',
      `${where} was signed by ${found.name ?? 'nobody'}, vouched for by ${found.issuer ?? 'nobody'}`,
      { where, hint: `expected was ${trust.identity}, vouched for by ${trust.issuer}` },
    );
  return { identity: trust.identity, issuer: trust.issuer, times: timesOf(entity) };
}

function timesOf(entity: SignedEntity): SigningTime[] {
  return entity.timestamps.flatMap((stamp): SigningTime[] => {
    if (stamp.$case === 'timestamp-authority')
      return [{ kind: 'time-authority', at: stamp.timestamp.signingTime.toISOString() }];
    // Without a promise signed by the log, the time is nobody's.
    if (!stamp.tlogEntry.inclusionPromise) return [];
    const at = new Date(Number(stamp.tlogEntry.integratedTime) * 1000).toISOString();
    return [{ kind: 'transparency-log', at, logIndex: String(stamp.tlogEntry.logIndex) }];
  });
}
