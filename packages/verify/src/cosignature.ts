import { concatBytes, utf8Bytes } from './bytes.ts';
import { ED25519_SIGNATURE_BYTES } from './ed25519.ts';
import { FiliationError } from './error.ts';

/** Last second of the year 9999: RFC 3339 can write no later time. */
export const MAX_COSIGNATURE_TIME = 253_402_300_799;
const TIME_BYTES = 8;

/** An Ed25519 cosignature (C2SP tlog-cosignature, signature type 0x04). */
export interface Cosignature {
  /** Seconds since the Epoch, as the cosigner's clock had it. */
  readonly time: number;
  /** 64 bytes over `cosignatureMessage`. */
  readonly signature: Uint8Array;
}

/** What a cosigner signs: a header, its time, and the note's text up to its last newline. */
export function cosignatureMessage(text: string, time: number): Uint8Array {
  checkTime(time);
  return utf8Bytes(`cosignature/v1\ntime ${time}\n${text}`);
}

/** The bytes that follow the key id in the signature line: time (8 bytes, big-endian), signature. */
export function encodeCosignature({ time, signature }: Cosignature): Uint8Array {
  checkTime(time);
  if (signature.length !== ED25519_SIGNATURE_BYTES)
    throw new FiliationError('MALFORMED', 'an Ed25519 signature has 64 bytes');
  const seconds = new Uint8Array(TIME_BYTES);
  new DataView(seconds.buffer).setBigUint64(0, BigInt(time));
  return concatBytes(seconds, signature);
}

/** @throws FiliationError MALFORMED for another length or a time after the year 9999 */
export function decodeCosignature(bytes: Uint8Array): Cosignature {
  if (bytes.length !== TIME_BYTES + ED25519_SIGNATURE_BYTES)
    throw new FiliationError('MALFORMED', 'an Ed25519 cosignature has 72 bytes');
  const time = Number(new DataView(bytes.buffer, bytes.byteOffset, TIME_BYTES).getBigUint64(0));
  checkTime(time);
  return { time, signature: bytes.subarray(TIME_BYTES) };
}

function checkTime(time: number): void {
  if (!Number.isSafeInteger(time) || time < 0 || time > MAX_COSIGNATURE_TIME)
    throw new FiliationError(
      'MALFORMED',
      'a cosignature time is a whole number of seconds before year 10000',
    );
}
