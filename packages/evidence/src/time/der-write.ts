import { DER } from '@filiation/verify';

/** One value under the distinguished encoding rules (X.690): its identifier byte, then its parts. */
export function encode(identifier: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = [identifier];
  if (length < 0x80) header.push(length);
  else {
    const digits: number[] = [];
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
    header.push(0x80 | digits.length, ...digits);
  }
  const bytes = new Uint8Array(header.length + length);
  bytes.set(header);
  let at = header.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return encode(DER.sequence, ...parts);
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return encode(DER.octetString, bytes);
}

export function booleanValue(value: boolean): Uint8Array {
  return encode(DER.boolean, Uint8Array.of(value ? 0xff : 0));
}

/** A non-negative integer. */
export function integer(value: number | bigint): Uint8Array {
  let digits = BigInt(value).toString(16);
  if (digits.length % 2 === 1) digits = `0${digits}`;
  const bytes = Uint8Array.from(digits.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  return encode(DER.integer, bytes[0]! >= 0x80 ? Uint8Array.of(0, ...bytes) : bytes);
}

/** @param dotted dotted decimal with at least two arcs. */
export function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0n, second = 0n, ...others] = dotted.split('.').map(BigInt);
  const bytes = [first * 40n + second, ...others].flatMap((arc) => {
    const digits = [Number(arc % 128n)];
    for (let rest = arc / 128n; rest > 0n; rest /= 128n) digits.unshift(Number(rest % 128n) | 0x80);
    return digits;
  });
  return encode(DER.oid, Uint8Array.from(bytes));
}
