import { DER, DerCursor, readDer } from '../der/reader.ts';
import { readInteger } from '../der/values.ts';
import { verifyEd25519 } from '../ed25519.ts';
import { FiliationError } from '../error.ts';
import type { Platform, SignatureScheme } from '../platform.ts';
import type { SignatureAlgorithm } from './algorithms.ts';
import type { PublicKey } from './public-key.ts';

export interface SignedBytes {
  readonly key: PublicKey;
  readonly algorithm: SignatureAlgorithm;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  /** What is signed, for messages: `certificate of CN=…`. */
  readonly subject: string;
}

/**
 * Whether `key` made the signature. ECDSA signatures must be in DER, so that every platform accepts the
 * same bytes.
 *
 * @throws FiliationError UNVERIFIED for an Ed25519 signature on which verifiers differ; UNSUPPORTED for
 *   algorithms that are not relied on (SHA-1, unknown curves) and a key of another kind than the algorithm
 */
export async function signatureFits(platform: Platform, signed: SignedBytes): Promise<boolean> {
  const scheme = schemeOf(signed);
  if (scheme.kind === 'ecdsa' && !isSignaturePair(signed.signature)) return false;
  if (scheme.kind === 'ed25519') return edwardsFits(platform, signed);
  return platform.verifySignature({
    scheme,
    publicKey: signed.key.spki,
    message: signed.message,
    signature: signed.signature,
  });
}

async function edwardsFits(platform: Platform, signed: SignedBytes): Promise<boolean> {
  const { key, message, signature, subject } = signed;
  const state = await verifyEd25519(platform, key.keyBits, message, signature);
  if (state === 'ambiguous')
    throw new FiliationError('UNVERIFIED', `${subject}: an Ed25519 signature on which verifiers differ`, {
      where: subject,
      hint: 'whoever made it chose it so; it shows nothing',
    });
  return state === 'valid';
}

function schemeOf({ key, algorithm, subject }: SignedBytes): SignatureScheme {
  const { kind } = key;
  if (algorithm.kind === 'unsupported') throw refused(subject, algorithm.name);
  if (kind.type === 'unsupported') throw refused(subject, kind.name);
  if (algorithm.kind === 'ed25519' && kind.type === 'ed25519') return { kind: 'ed25519' };
  if (algorithm.kind === 'ecdsa' && kind.type === 'ec')
    return { kind: 'ecdsa', curve: kind.curve, hash: algorithm.hash };
  if (algorithm.kind === 'rsa-pkcs1' && kind.type === 'rsa' && !kind.pssOnly)
    return { kind: 'rsa-pkcs1', hash: algorithm.hash };
  if (algorithm.kind === 'rsa-pss' && kind.type === 'rsa') {
    const demanded = kind.pss;
    if (
      demanded !== undefined &&
      (demanded.kind !== 'rsa-pss' ||
        demanded.hash !== algorithm.hash ||
        demanded.saltLength > algorithm.saltLength)
    )
      throw refused(subject, 'RSA-PSS with other parameters than the key allows');
    return algorithm;
  }
  throw refused(subject, `${algorithm.kind} with a key of type ${kind.type}`);
}

function refused(subject: string, what: string): FiliationError {
  return new FiliationError('UNSUPPORTED', `${subject}: signed with ${what}, which is not relied on`, {
    where: subject,
    hint: 'RSA from 2,048 bits, ECDSA on P-256, P-384, P-521 and Ed25519 are, with SHA-256, SHA-384 or SHA-512',
  });
}

function isSignaturePair(bytes: Uint8Array): boolean {
  try {
    const cursor = new DerCursor(readDer(bytes, 'signature'));
    const r = readInteger(cursor.next(DER.integer, 'r'), 67);
    const s = readInteger(cursor.next(DER.integer, 's'), 67);
    cursor.end('signature');
    return r > 0n && s > 0n && bytes[0] === DER.sequence;
  } catch {
    return false;
  }
}
