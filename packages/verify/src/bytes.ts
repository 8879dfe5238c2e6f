import { FiliationError } from './error.ts';

/** Bytes of a SHA-256 digest. */
export const DIGEST_BYTES = 32;

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const encoder = new TextEncoder();
// ignoreBOM keeps a leading byte order mark in the text: dropping it would hide a byte.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// With the u flag a pair is one character, so that only lone surrogates match.
const LONE_SURROGATE = /[\uD800-\uDFFF]/u;

/** Lower-case hex, two digits a byte. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/**
 * Reads lower-case hex of `length` bytes (any even number of digits where it is absent).
 * @throws FiliationError MALFORMED
 */
export function bytesFromHex(text: string, length: number = text.length / 2): Uint8Array {
  if (text.length !== 2 * length || !/^(?:[0-9a-f]{2})*$/.test(text))
    throw new FiliationError('MALFORMED', `expected ${2 * Math.floor(length)} lower-case hex digits`);
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Negative, zero or positive: lexicographic order of bytes, a prefix first. */
export function compareBytes(p: Uint8Array, q: Uint8Array): number {
  const shorter = Math.min(p.length, q.length);
  for (let i = 0; i < shorter; i++) if (p[i] !== q[i]) return p[i]! - q[i]!;
  return p.length - q.length;
}

/** Not in constant time: everything compared here is public. */
export function equalBytes(p: Uint8Array, q: Uint8Array): boolean {
  return p.length === q.length && compareBytes(p, q) === 0;
}

/** Whether the text has no lone surrogate, so that it has one UTF-8 encoding. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/**
 * UTF-8 bytes.
 * @throws FiliationError MALFORMED for a lone surrogate, which has none
 */
export function utf8Bytes(text: string): Uint8Array {
  if (!isWellFormed(text)) throw new FiliationError('MALFORMED', 'the text holds a lone surrogate');
  return encoder.encode(text);
}

/**
 * Text of UTF-8 bytes; a byte order mark stays in it.
 * @throws FiliationError MALFORMED for anything that is not UTF-8 (overlong forms and surrogates included)
 */
export function utf8Text(bytes: Uint8Array, where?: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${where ?? 'the text'} is not UTF-8`, {
      ...(where === undefined ? {} : { where }),
      cause,
    });
  }
}

/** Order of the UTF-8 encodings of two well-formed texts, which is that of their code points. */
export function compareText(p: string, q: string): number {
  const shorter = Math.min(p.length, q.length);
  for (let i = 0; i < shorter; i++) {
    const [one, other] = [p.charCodeAt(i), q.charCodeAt(i)];
    // Surrogates stand for code points above all others, but sort below U+E000 as UTF-16 units.
    if (one !== other) return rank(one) - rank(other);
  }
  return p.length - q.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
