import { preAuthEncoding } from '@filiation/verify';
import { PAYLOAD_TYPE } from './bundle.ts';

const utf8 = new TextEncoder();

/** What is signed: DSSE 1.0.2. */
export function preAuthentication(payload: Uint8Array): Uint8Array {
  return preAuthEncoding(PAYLOAD_TYPE, payload);
}

/**
 * What release 0.2.0 of the reference implementation signed by mistake: an upper-case header, and the
 * payload as Python prints a bytes object.
 */
export function legacyPreAuthentication(payload: Uint8Array): Uint8Array {
  return utf8.encode(
    `DSSEV1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} ${pythonBytes(payload)}`,
  );
}

const NAMED: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };

/** `repr` of a Python bytes object. */
export function pythonBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(39) && !bytes.includes(34) ? '"' : "'";
  let out = `b${quote}`;
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (NAMED[byte] !== undefined) out += NAMED[byte];
    else if (character === quote) out += `\\${quote}`;
    else if (byte < 32 || byte > 126) out += `\\x${byte.toString(16).padStart(2, '0')}`;
    else out += character;
  }
  return out + quote;
}
