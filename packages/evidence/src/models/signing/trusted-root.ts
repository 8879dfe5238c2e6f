import { createPublicKey } from 'node:crypto';
import { FiliationError } from '@filiation/verify';
import type { X509Certificate as CertificateReader } from '@sigstore/core';
import type { TrustMaterial } from '@sigstore/verify';
import { array, base64, object, parseObject, type Shape } from '../shape.ts';

/** Bytes: the public one has 20,000. */
const MAX_BYTES = 16 * 2 ** 20;
/** Logs and authorities of each kind. */
const MAX_AUTHORITIES = 256;

/**
 * Reads an archived Sigstore trusted root (`trustedroot+json`), or the client configuration around one.
 *
 * @param certificates the library's certificate reader, loaded by the caller
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED
 */
export function readTrustedRoot(
  bytes: Uint8Array,
  certificates: typeof CertificateReader,
  where: string,
): TrustMaterial {
  const document = parseObject(bytes, MAX_BYTES, where);
  const root = document.trustedRoot === undefined ? document : object(document.trustedRoot, where);
  const list = <T>(name: string, read: (entry: Shape, where: string) => T): T[] => {
    const entries = root[name] === undefined ? [] : array(root[name], `${where}: ${name}`);
    if (entries.length > MAX_AUTHORITIES)
      throw new FiliationError('LIMIT_EXCEEDED', `${where} holds ${entries.length} ${name}`, { where });
    return entries.map((entry) => read(object(entry, `${where}: ${name}`), `${where}: ${name}`));
  };
  const authority = (entry: Shape, at: string): TrustMaterial['certificateAuthorities'][number] => ({
    certChain: array(object(entry.certChain, at).certificates, at).map((certificate) =>
      guarded(at, () => certificates.parse(Buffer.from(base64(object(certificate, at).rawBytes, at)))),
    ),
    validFor: readPeriod(entry.validFor, at),
  });
  return {
    certificateAuthorities: list('certificateAuthorities', authority),
    timestampAuthorities: list('timestampAuthorities', authority),
    tlogs: list('tlogs', readLog),
    ctlogs: list('ctlogs', readLog),
    publicKey: () => {
      throw new FiliationError('INTERNAL', 'a keyless signature names no key');
    },
  };
}

function readLog(entry: Shape, where: string): TrustMaterial['tlogs'][number] {
  const key = object(entry.publicKey, where);
  const id = object(entry.checkpointKeyId ?? entry.logId, where);
  const der = Buffer.from(base64(key.rawBytes, where));
  // Bare PKCS #1 keys are what the older of the RSA names mean.
  const type = /^(PKCS1_RSA|PKIX_RSA_PKCS1V5$)/.test(String(key.keyDetails)) ? 'pkcs1' : 'spki';
  return {
    baseURL: typeof entry.baseUrl === 'string' ? entry.baseUrl : '',
    logID: Buffer.from(base64(id.keyId, where)),
    publicKey: guarded(where, () => createPublicKey({ key: der, format: 'der', type })),
    validFor: readPeriod(key.validFor, where),
  };
}

function readPeriod(value: unknown, where: string): { start: Date; end: Date } {
  const period = value === undefined ? {} : object(value, where);
  const time = (name: string, otherwise: number): Date => {
    const date = new Date(typeof period[name] === 'string' ? period[name] : otherwise);
    if (Number.isNaN(date.getTime()))
      throw new FiliationError('MALFORMED', `${where}: ${name} is not a time`, { where });
    return date;
  };
  return { start: time('start', 0), end: time('end', 8.64e15) };
}

function guarded<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${where}: a key or certificate cannot be read`, { where, cause });
  }
}
