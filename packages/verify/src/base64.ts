import { FiliationError } from './error.ts';

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_SAFE = `${STANDARD.slice(0, 62)}-_`;
const STANDARD_VALUES = valuesOf(STANDARD);
const URL_SAFE_VALUES = valuesOf(URL_SAFE);
// Two digits at a time halve the joining of strings.
const STANDARD_PAIRS = pairsOf(STANDARD);
const URL_SAFE_PAIRS = pairsOf(URL_SAFE);
/** Not a digit of the alphabet. */
const NONE = 255;

function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(255);
  for (let value = 0; value < 64; value++) values[alphabet.charCodeAt(value)] = value;
  return values;
}

function pairsOf(alphabet: string): readonly string[] {
  return Array.from({ length: 4096 }, (_, pair) => alphabet[pair >> 6]! + alphabet[pair & 63]!);
}

/** RFC 4648 section 4, with padding. */
export function base64Of(bytes: Uint8Array): string {
  const text = encode(bytes, STANDARD_PAIRS);
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/** RFC 4648 section 5 (URL-safe), without padding. */
export function base64UrlOf(bytes: Uint8Array): string {
  return encode(bytes, URL_SAFE_PAIRS);
}

/**
 * RFC 4648 section 4, padding required, no white space, unused bits zero: every byte string has exactly
 * one accepted text.
 * @throws FiliationError MALFORMED
 */
export function bytesFromBase64(text: string): Uint8Array {
  return decode(text, STANDARD_VALUES, 'required');
}

/**
 * RFC 4648 section 5 without padding; otherwise as strict as `bytesFromBase64`.
 * @throws FiliationError MALFORMED
 */
export function bytesFromBase64Url(text: string): Uint8Array {
  return decode(text, URL_SAFE_VALUES, 'none');
}

/**
 * What DSSE lets others write: either alphabet (never both in one text), the padding optional in the
 * URL-safe one. What Filiation itself wrote is read with `bytesFromBase64`.
 * @throws FiliationError MALFORMED
 */
export function bytesFromAnyBase64(text: string): Uint8Array {
  if (/[-_]/.test(text)) return decode(text, URL_SAFE_VALUES, 'optional');
  return decode(text, STANDARD_VALUES, text.length % 4 === 0 ? 'required' : 'none');
}

function encode(bytes: Uint8Array, pairs: readonly string[]): string {
  const whole = bytes.length - (bytes.length % 3);
  let text = '';
  for (let i = 0; i < whole; i += 3) {
    const group = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    text += pairs[group >> 12]! + pairs[group & 4095]!;
  }
  const rest = bytes.length - whole;
  if (rest === 0) return text;
  const group = (bytes[whole]! << 16) | ((bytes[whole + 1] ?? 0) << 8);
  return text + (pairs[group >> 12]! + pairs[group & 4095]!).slice(0, rest + 1);
}

function decode(text: string, values: Uint8Array, padding: 'required' | 'none' | 'optional'): Uint8Array {
  const digits = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
  const padded = digits !== text.length;
  if (digits % 4 === 1) throw malformed('its length does not fit');
  if (padding === 'none' && padded) throw malformed('padding is not expected');
  if ((padding === 'required' || padded) && text.length % 4 !== 0) throw malformed('its padding is wrong');
  const bytes = new Uint8Array(Math.floor((digits * 3) / 4));
  let [held, bits, at] = [0, 0, 0];
  for (let i = 0; i < digits; i++) {
    const unit = text.charCodeAt(i);
    const value = unit < 128 ? values[unit]! : NONE;
    if (value === NONE) throw malformed(`character ${i + 1} is not of its alphabet`);
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
    }
  }
  if ((held & ((1 << bits) - 1)) !== 0) throw malformed('its unused last bits are not zero');
  return bytes;
}

function malformed(reason: string): FiliationError {
  return new FiliationError('MALFORMED', `not base64: ${reason}`);
}
