/** Digest algorithms met in time tokens, certificates and manifests. */
export type DigestName = 'sha256' | 'sha384' | 'sha512';

/** A digest that is fed piece by piece. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** 32 bytes; call once. */
  digest(): Uint8Array;
}

export type SignatureScheme =
  | { readonly kind: 'ed25519' }
  | {
      readonly kind: 'ecdsa';
      readonly curve: 'P-256' | 'P-384' | 'P-521';
      readonly hash: DigestName;
    }
  | { readonly kind: 'rsa-pkcs1'; readonly hash: DigestName }
  | { readonly kind: 'rsa-pss'; readonly hash: DigestName; readonly saltLength: number };

export interface SignatureCheck {
  readonly scheme: SignatureScheme;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  /** ECDSA: DER (r, s) as in X.509 and CMS. */
  readonly signature: Uint8Array;
}

/**
 * What the checks need of the machine they run on: digests and signature primitives. Two
 * implementations: `node/platform.ts` on node:crypto, `browser/platform.ts` on our own SHA-256 and
 * WebCrypto. The checks themselves import neither.
 */
export interface Platform {
  readonly name: string;
  /** 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array;
  runningSha256(): RunningDigest;
  digest(name: DigestName, bytes: Uint8Array): Promise<Uint8Array>;
  /** True where the primitive accepts; never throws on hostile keys or signatures. */
  verifySignature(check: SignatureCheck): Promise<boolean>;
  /** Whether `verifySignature` follows RFC 8032's equation without the cofactor for Ed25519. Where
   *  it is not known, every Ed25519 signature is checked a second time by our own arithmetic. */
  readonly cofactorless: boolean;
}
