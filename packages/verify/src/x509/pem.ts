import { bytesFromBase64 } from '../base64.ts';
import { utf8Text } from '../bytes.ts';
import { DER } from '../der/reader.ts';
import { FiliationError } from '../error.ts';
import { type Certificate, MAX_CERTIFICATE_BYTES, readCertificate } from './certificate.ts';
import { type RevocationList, readRevocationList } from './revocation-list.ts';

/** Characters of one PEM file. */
const MAX_PEM_CHARACTERS = 32 * 2 ** 20;
/** Blocks in one PEM file; a whole system's list of roots has about 150. */
const MAX_BLOCKS = 1024;

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;

/**
 * Contents of the blocks with this label (RFC 7468, lax: text around the blocks is passed over).
 *
 * @throws FiliationError MALFORMED where there is none or one is damaged, LIMIT_EXCEEDED
 */
export function readPem(text: string, label: string, where: string): Uint8Array[] {
  if (text.length > MAX_PEM_CHARACTERS)
    throw new FiliationError('LIMIT_EXCEEDED', `${where}: more than ${MAX_PEM_CHARACTERS} characters`, {
      where,
    });
  const blocks: Uint8Array[] = [];
  for (const [, found, body] of text.matchAll(BLOCK)) {
    if (found !== label) continue;
    if (blocks.length === MAX_BLOCKS)
      throw new FiliationError('LIMIT_EXCEEDED', `${where}: more than ${MAX_BLOCKS} blocks`, { where });
    blocks.push(decode(body!.replace(/\s+/g, ''), label, where));
  }
  const begun = text.split(`-----BEGIN ${label}-----`).length - 1;
  if (begun !== blocks.length || begun === 0)
    throw new FiliationError(
      'MALFORMED',
      begun === 0 ? `${where}: no ${label} block` : `${where}: a damaged ${label} block`,
      { where, hint: `a file in PEM form is wanted: it holds a line -----BEGIN ${label}-----` },
    );
  return blocks;
}

function decode(body: string, label: string, where: string): Uint8Array {
  try {
    return bytesFromBase64(body);
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${where}: a ${label} block that is not base64`, { where, cause });
  }
}

/** All certificates of a PEM file, in its order. @throws FiliationError MALFORMED, LIMIT_EXCEEDED */
export function readPemCertificates(text: string, where = 'certificate file'): Certificate[] {
  return readPem(text, 'CERTIFICATE', where).map((der, at, { length }) => {
    if (der.length > MAX_CERTIFICATE_BYTES)
      throw new FiliationError('LIMIT_EXCEEDED', `${where}: a certificate of ${der.length} bytes`, { where });
    return readCertificate(der, length === 1 ? where : `${where}, certificate ${at + 1}`);
  });
}

/** A file with one certificate in DER, or any number in PEM. @throws FiliationError MALFORMED, LIMIT_EXCEEDED */
export function readCertificateFile(bytes: Uint8Array, where: string): Certificate[] {
  return isDer(bytes) ? [readCertificate(bytes, where)] : readPemCertificates(utf8Text(bytes, where), where);
}

/** A file with one revocation list in DER, or any number in PEM. @throws FiliationError as readRevocationList */
export function readRevocationListFile(bytes: Uint8Array, where: string): RevocationList[] {
  if (isDer(bytes)) return [readRevocationList(bytes, where)];
  return readPem(utf8Text(bytes, where), 'X509 CRL', where).map((der) => readRevocationList(der, where));
}

/** DER begins with a sequence, which PEM as text can only do with a zero. */
function isDer(bytes: Uint8Array): boolean {
  return bytes[0] === DER.sequence && bytes[1] !== undefined && bytes[1] >= 0x80;
}
