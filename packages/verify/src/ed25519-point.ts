/**
 * Arithmetic on edwards25519 (RFC 8032 section 5.1) in plain BigInt: small enough to be read, and only
 * for public values, since nothing here runs in constant time.
 */

const P = 2n ** 255n - 19n;
/** Order of the prime-order subgroup. */
export const GROUP_ORDER: bigint = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * power(121666n, P - 2n));
const SQUARE_ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/** Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. */
export interface Point {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

const IDENTITY: Point = { X: 0n, Y: 1n, Z: 1n, T: 0n };
const BASE = pointFrom(littleEndian(new Uint8Array(32).fill(0x66).with(0, 0x58))) as Point;

/** Number of bytes in little-endian order. */
export function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
}

/** Decodes 32 bytes (RFC 8032 section 5.1.3); `not-canonical` where another encoding of the point is
 *  the right one. */
export function decodePoint(bytes: Uint8Array): Point | 'not-canonical' | 'not-on-curve' {
  return pointFrom(littleEndian(bytes));
}

function pointFrom(encoding: bigint): Point | 'not-canonical' | 'not-on-curve' {
  const y = encoding & (2n ** 255n - 1n);
  const sign = encoding >> 255n;
  if (y >= P) return 'not-canonical';
  const u = modulo(y * y - 1n);
  const v = modulo(D * y * y + 1n);
  // A candidate for the square root of u/v: u v^3 (u v^7)^((p-5)/8).
  const root = modulo(u * v ** 3n * power(modulo(u * v ** 7n), (P - 5n) / 8n));
  const square = modulo(v * root * root);
  if (square !== u && square !== modulo(-u)) return 'not-on-curve';
  const x = square === u ? root : modulo(root * SQUARE_ROOT_OF_MINUS_ONE);
  if (x === 0n && sign === 1n) return 'not-canonical';
  const X = (x & 1n) === sign ? x : P - x;
  return { X, Y: y, Z: 1n, T: modulo(X * y) };
}

export function negate({ X, Y, Z, T }: Point): Point {
  return { X: modulo(-X), Y, Z, T: modulo(-T) };
}

/** Complete addition: right for every pair of points, equal ones included. */
export function add(p: Point, q: Point): Point {
  const a = (p.Y - p.X) * (q.Y - q.X);
  const b = (p.Y + p.X) * (q.Y + q.X);
  const c = 2n * modulo(p.T * q.T) * D;
  const d = 2n * p.Z * q.Z;
  return joined(modulo(b - a), modulo(d - c), modulo(d + c), modulo(b + a));
}

export function double({ X, Y, Z }: Point): Point {
  const a = X * X;
  const b = Y * Y;
  const h = a + b;
  const g = a - b;
  return joined(modulo(h - (X + Y) ** 2n), modulo(2n * Z * Z + g), modulo(g), modulo(h));
}

function joined(e: bigint, f: bigint, g: bigint, h: bigint): Point {
  return { X: modulo(e * f), Y: modulo(g * h), Z: modulo(f * g), T: modulo(e * h) };
}

/** `scalar` times the point; the scalar is not reduced. */
export function multiply(point: Point, scalar: bigint): Point {
  let sum = IDENTITY;
  for (const bit of scalar.toString(2)) {
    sum = double(sum);
    if (bit === '1') sum = add(sum, point);
  }
  return sum;
}

/** `baseScalar` times the base point plus `scalar` times the point, in one pass. */
export function multiplyWithBase(baseScalar: bigint, point: Point, scalar: bigint): Point {
  const terms = [IDENTITY, BASE, point, add(BASE, point)];
  let sum = IDENTITY;
  for (let bit = 255n; bit >= 0n; bit--) {
    const choice = Number((baseScalar >> bit) & 1n) + 2 * Number((scalar >> bit) & 1n);
    sum = double(sum);
    if (choice !== 0) sum = add(sum, terms[choice]!);
  }
  return sum;
}

export function isIdentity({ X, Y, Z }: Point): boolean {
  return X === 0n && Y === Z;
}

/** Whether eight times the point is the identity. */
export function hasSmallOrder(point: Point): boolean {
  return isIdentity(double(double(double(point))));
}

function modulo(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = modulo(result * result);
    if (bit === '1') result = modulo(result * base);
  }
  return result;
}
