import { base64Of, FiliationError, quoted } from '@filiation/verify';
import { array, base64, object, parseObject, type Shape, text } from '../shape.ts';

/** Bytes: room for 200,000 files with long names in base64. */
const MAX_BUNDLE_BYTES = 128 * 2 ** 20;
const MAX_CERTIFICATES = 16;
const MAX_SIGNATURES = 16;

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** How the bundle says it was signed. Nothing in here is trusted: keys and roots come from the caller. */
export type SigningMaterial =
  | { readonly method: 'key'; readonly hint?: string }
  | {
      readonly method: 'certificate';
      /** DER, the signer's first. */
      readonly certificates: readonly Uint8Array[];
    }
  | { readonly method: 'keyless' };

/** A model signature file: a Sigstore bundle around a DSSE envelope. */
export interface SignatureBundle {
  readonly material: SigningMaterial;
  readonly payload: Uint8Array;
  readonly signatures: readonly Uint8Array[];
  /** The whole document, for the library that checks keyless signatures. */
  readonly document: Shape;
}

/**
 * Reads a model signature file.
 *
 * @throws FiliationError LIMIT_EXCEEDED, MALFORMED, UNSUPPORTED
 */
export function parseSignatureBundle(bytes: Uint8Array, where: string): SignatureBundle {
  const document = parseObject(bytes, MAX_BUNDLE_BYTES, where);
  const mediaType = text(document.mediaType, `${where}: mediaType`);
  if (!mediaType.startsWith('application/vnd.dev.sigstore.bundle'))
    throw new FiliationError('UNSUPPORTED', `${where} is not a Sigstore bundle`, { where });
  const envelope = object(document.dsseEnvelope, `${where}: dsseEnvelope`);
  if (envelope.payloadType !== PAYLOAD_TYPE)
    throw new FiliationError(
      'UNSUPPORTED',
      `${where}: payload type ${quoted(String(envelope.payloadType))}`,
      {
        where,
        hint: `a model signature holds ${PAYLOAD_TYPE}`,
      },
    );
  const signatures = array(envelope.signatures, `${where}: signatures`);
  if (signatures.length === 0 || signatures.length > MAX_SIGNATURES)
    throw new FiliationError('MALFORMED', `${where} holds ${signatures.length} signatures`, {
      where,
      hint: `1 to ${MAX_SIGNATURES} are read`,
    });
  return {
    material: readMaterial(object(document.verificationMaterial, `${where}: verificationMaterial`), where),
    payload: base64(envelope.payload, `${where}: payload`),
    signatures: signatures.map((entry) => base64(object(entry, `${where}: signatures`).sig, `${where}: sig`)),
    document,
  };
}

function readMaterial(material: Shape, where: string): SigningMaterial {
  if (material.publicKey !== undefined) {
    const { hint } = object(material.publicKey, `${where}: publicKey`);
    return { method: 'key', ...(typeof hint === 'string' ? { hint } : {}) };
  }
  if (material.x509CertificateChain !== undefined) {
    const chain = object(material.x509CertificateChain, `${where}: x509CertificateChain`);
    const certificates = array(chain.certificates, `${where}: certificates`);
    if (certificates.length === 0 || certificates.length > MAX_CERTIFICATES)
      throw new FiliationError('MALFORMED', `${where} holds ${certificates.length} certificates`, { where });
    return {
      method: 'certificate',
      certificates: certificates.map((entry) =>
        base64(object(entry, `${where}: certificates`).rawBytes, `${where}: certificates`),
      ),
    };
  }
  if (material.certificate === undefined)
    throw new FiliationError('MALFORMED', `${where} does not say how it was signed`, { where });
  if (array(material.tlogEntries, `${where}: tlogEntries`).length === 0)
    throw new FiliationError('MALFORMED', `${where} is a keyless signature without a log entry`, { where });
  return { method: 'keyless' };
}

/** The file as the 1.0 specification has it; `material` is `{publicKey}` or `{x509CertificateChain}`. */
export function writeSignatureBundle(
  material: { readonly hint: string } | { readonly certificates: readonly Uint8Array[] },
  payload: Uint8Array,
  signature: Uint8Array,
): string {
  const document = {
    mediaType: MEDIA_TYPE,
    verificationMaterial: {
      ...('hint' in material
        ? { publicKey: { hint: material.hint } }
        : {
            x509CertificateChain: {
              certificates: material.certificates.map((der) => ({ rawBytes: base64Of(der) })),
            },
          }),
      tlogEntries: [],
    },
    dsseEnvelope: {
      payload: base64Of(payload),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: base64Of(signature), keyid: '' }],
    },
  };
  return `${JSON.stringify(document)}\n`;
}
