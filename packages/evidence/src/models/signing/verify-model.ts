import { createHash, type KeyObject, verify } from 'node:crypto';
import { FiliationError } from '@filiation/verify';
import { parseSignatureBundle, type SignatureBundle } from './bundle.ts';
import { type CertifiedSigner, certifiedSigner } from './certificates.ts';
import { compareFiles, type FilesCompared } from './compare-files.ts';
import { type KeylessTrust, type SigningTime, verifyKeyless } from './keyless.ts';
import { digestOfKey, keyFingerprint, keyHint, readPublicKey } from './keys.ts';
import { type ManifestEntry, type ManifestSettings, rootDigestInput } from './manifest.ts';
import { legacyPreAuthentication, preAuthentication } from './pae.ts';
import { type ModelStatement, PREDICATE_LEGACY, parseModelStatement } from './statement.ts';

/** Whom the caller trusts; nothing inside a signature file is trusted. */
export type SignatureTrust =
  | { readonly method: 'key' /** PEM. */; readonly publicKey: string }
  | {
      readonly method: 'certificate';
      /** PEM, one or more certificates. */
      readonly roots: string;
      /** When every certificate on the way must have been valid. */
      readonly at: Date;
    }
  | ({ readonly method: 'keyless' } & KeylessTrust);

export interface VerifyModelInput {
  /** Folder, or one file. */
  readonly modelPath: string;
  readonly bundle: Uint8Array;
  /** Where the bundle was read: for messages, and left out of the files compared. */
  readonly signaturePath?: string;
  readonly trust: SignatureTrust;
  /** Accept files that the signature says nothing of. */
  readonly ignoreUnsignedFiles?: boolean;
  /** Further paths to leave out, relative to the model. */
  readonly ignorePaths?: readonly string[];
  /** Also accept the encoding of release 0.2.0 of the reference implementation, reported as weaker. */
  readonly legacy?: boolean;
  readonly onProgress?: (path: string, done: number, total: number) => void;
}

export type ModelSigner =
  | { readonly kind: 'key' /** Hex SHA-256 of the SubjectPublicKeyInfo. */; readonly fingerprint: string }
  | ({ readonly kind: 'certificate' } & Omit<CertifiedSigner, 'key'>)
  | { readonly kind: 'keyless'; readonly identity: string; readonly issuer: string };

/** What a model signature says and whether the files bear it out: plain data. */
export interface ModelSignatureReport {
  /** `differs`: the signature is genuine, but the files are not (all of) those signed. */
  readonly verdict: 'verified' | 'differs';
  readonly signer: ModelSigner;
  readonly predicate: string;
  readonly strength: 'standard' | 'legacy-weaker';
  /** The model's name at signing; informational. */
  readonly name?: string;
  /** Hex SHA-256 over the raw digests: a handle. Names are not in it, so it identifies no model alone. */
  readonly root?: string;
  readonly settings: ManifestSettings;
  readonly entries: readonly ManifestEntry[];
  readonly files: FilesCompared;
  /** Outside evidence of the time of signing; empty for keys and certificates. */
  readonly times: readonly SigningTime[];
  /** What a reader must weigh, one sentence each. */
  readonly remarks: readonly string[];
}

/**
 * Verifies an OpenSSF Model Signing 1.0 signature and holds the model's files against it. The signature
 * comes first: of a signature that is not genuine nothing is reported but that.
 *
 * @throws FiliationError UNVERIFIED (signature, certificate or root digest do not hold), MALFORMED,
 *   UNSUPPORTED, UNSAFE, LIMIT_EXCEEDED, NOT_FOUND, UNREADABLE
 */
export async function verifyModelSignature(input: VerifyModelInput): Promise<ModelSignatureReport> {
  const where = input.signaturePath ?? 'the signature';
  const bundle = parseSignatureBundle(input.bundle, where);
  const statement = parseModelStatement(bundle.payload, where);
  const legacy = statement.predicate === PREDICATE_LEGACY;
  if (legacy && input.legacy !== true)
    throw new FiliationError(
      'UNSUPPORTED',
      `${where} has the form of release 0.2.0, which signs ambiguously`,
      {
        where,
        hint: 'accept it as weaker with the legacy option, or ask for a new signature',
      },
    );
  const { signer, times, remarks } = await checkSignature(bundle, statement, input.trust, where);
  checkRoot(statement, where);
  const files = await compareFiles(input.modelPath, statement.manifest, {
    ignoreUnsignedFiles: input.ignoreUnsignedFiles ?? false,
    ignorePaths: input.ignorePaths ?? [],
    ...(input.signaturePath === undefined ? {} : { signaturePath: input.signaturePath }),
    ...(input.onProgress === undefined ? {} : { onProgress: input.onProgress }),
  });
  return {
    verdict: files.differences.length === 0 ? 'verified' : 'differs',
    signer,
    predicate: statement.predicate,
    strength: legacy ? 'legacy-weaker' : 'standard',
    ...(statement.name === undefined ? {} : { name: statement.name }),
    ...(statement.root === undefined ? {} : { root: statement.root }),
    settings: statement.manifest.settings,
    entries: statement.manifest.entries,
    files,
    times,
    remarks: [...remarks, ...remarksOn(statement, files, times)],
  };
}

interface CheckedSignature {
  readonly signer: ModelSigner;
  readonly times: readonly SigningTime[];
  readonly remarks: readonly string[];
}

async function checkSignature(
  bundle: SignatureBundle,
  statement: ModelStatement,
  trust: SignatureTrust,
  where: string,
): Promise<CheckedSignature> {
  const { material } = bundle;
  if (material.method !== trust.method)
    throw new FiliationError('USAGE', `${where} was signed by the ${material.method} method`, {
      where,
      hint: `give what that method is checked with, not what the ${trust.method} method needs`,
    });
  if (trust.method === 'key') {
    const key = readPublicKey(trust.publicKey, 'the public key');
    checkEnvelope(bundle, statement, key, where);
    const hint = material.method === 'key' ? material.hint : undefined;
    return {
      signer: { kind: 'key', fingerprint: keyFingerprint(key) },
      times: [],
      remarks:
        hint === undefined || hint === keyHint(key)
          ? []
          : ['The hint in the signature names another key; the signature itself is by the key given.'],
    };
  }
  if (trust.method === 'certificate') {
    const chain = material.method === 'certificate' ? material.certificates : [];
    const { key, ...signer } = await certifiedSigner(chain, trust.roots, trust.at, where);
    checkEnvelope(bundle, statement, key, where);
    return {
      signer: { kind: 'certificate', ...signer },
      times: [],
      remarks: signer.forCode ? [] : ['The certificate does not say that its key signs code.'],
    };
  }
  const { times, ...signer } = await verifyKeyless(bundle, trust, where);
  return { signer: { kind: 'keyless', ...signer }, times, remarks: [] };
}

function checkEnvelope(
  bundle: SignatureBundle,
  statement: ModelStatement,
  key: KeyObject,
  where: string,
): void {
  const legacy = statement.predicate === PREDICATE_LEGACY;
  const message = legacy ? legacyPreAuthentication(bundle.payload) : preAuthentication(bundle.payload);
  const digest = legacy ? 'sha256' : digestOfKey(key, where);
  if (!bundle.signatures.some((signature) => verify(digest, message, key, signature)))
    throw new FiliationError('UNVERIFIED', `${where} is not a signature by this key over what it holds`, {
      where,
      hint: 'either it was signed with another key, or it was altered',
    });
}

function checkRoot({ root, manifest }: ModelStatement, where: string): void {
  if (root === undefined) return;
  const found = createHash('sha256').update(rootDigestInput(manifest.entries)).digest('hex');
  if (found !== root)
    throw new FiliationError('UNVERIFIED', `${where}: the root digest is not that of the files listed`, {
      where,
      hint: 'the signer made an inconsistent statement; ask for a new signature',
    });
}

function remarksOn(statement: ModelStatement, files: FilesCompared, times: readonly SigningTime[]): string[] {
  const remarks: string[] = [];
  if (statement.predicate === PREDICATE_LEGACY)
    remarks.push(
      'The encoding that was signed is ambiguous and holds no settings and no root digest: weaker than the standard.',
    );
  if (times.length === 0) remarks.push('Nothing but the signer says when this was signed.');
  if (files.notCovered.length > 0)
    remarks.push(`The signature says nothing of ${files.notCovered.length} files or folders that are there.`);
  if (statement.manifest.entries.length === 0) remarks.push('The signature covers no file at all.');
  return remarks;
}
