import { hexOf } from '../bytes.ts';
import { type DerValue, malformed } from './reader.ts';

/** Bytes of an object identifier, and of an integer that is read as a number (serials have 20). */
const MAX_OID_BYTES = 64;
const MAX_INTEGER_BYTES = 64;
/** Digits of a second's fraction. */
const MAX_FRACTION_DIGITS = 9;

export function readBoolean(value: DerValue): boolean {
  const byte = value.content[0];
  if (value.content.length !== 1 || (byte !== 0 && byte !== 0xff))
    throw malformed(value, 'a damaged boolean');
  return byte === 0xff;
}

/** Content bytes of an integer, two's complement, in their shortest form. */
export function integerBytes(value: DerValue): Uint8Array {
  const { content } = value;
  const [first, second] = content;
  if (first === undefined) throw malformed(value, 'an integer without bytes');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw malformed(value, 'an integer that is not in its shortest form');
  return content;
}

/** An integer of at most `limit` bytes. */
export function readInteger(value: DerValue, limit: number = MAX_INTEGER_BYTES): bigint {
  const bytes = integerBytes(value);
  if (bytes.length > limit) throw malformed(value, `an integer of ${bytes.length} bytes`);
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hexOf(bytes)}`));
}

/** An integer between 0 and `limit`. */
export function readCount(value: DerValue, what: string, limit: number): number {
  const number = readInteger(value);
  if (number < 0n || number > BigInt(limit)) throw malformed(value, `${what} ${number}`);
  return Number(number);
}

/** Lower-case hex of an integer without leading zeros, `-` before a negative one. */
export function readHexInteger(value: DerValue): string {
  return readInteger(value).toString(16);
}

/** Dotted decimal. */
export function readOid(value: DerValue): string {
  const { content } = value;
  if (content.length === 0 || content.length > MAX_OID_BYTES || content[content.length - 1]! >= 0x80)
    throw malformed(value, 'a damaged object identifier');
  const arcs: bigint[] = [];
  let arc = 0n;
  let fresh = true;
  for (const byte of content) {
    if (fresh && byte === 0x80) throw malformed(value, 'an object identifier not in its shortest form');
    arc = arc * 128n + BigInt(byte & 0x7f);
    fresh = byte < 0x80;
    if (!fresh) continue;
    arcs.push(arc);
    arc = 0n;
  }
  // The first two arcs share a number: 40 * first + second, first at most 2.
  const [joint, ...others] = arcs as [bigint, ...bigint[]];
  const first = joint < 40n ? 0n : joint < 80n ? 1n : 2n;
  return [first, joint - 40n * first, ...others].join('.');
}

/** A bit string of whole bytes, as keys and signatures are. */
export function readOctetAlignedBits(value: DerValue): Uint8Array {
  if (value.content[0] !== 0) throw malformed(value, 'a bit string that is not of whole bytes');
  return value.content.subarray(1);
}

/** Numbers of the bits that are set, the first being 0. */
export function readNamedBits(value: DerValue): Set<number> {
  const { content } = value;
  const unused = content[0];
  const last = content[content.length - 1]!;
  if (
    unused === undefined ||
    unused > 7 ||
    (content.length === 1 && unused !== 0) ||
    (content.length > 1 && (last & ((1 << unused) - 1)) !== 0)
  )
    throw malformed(value, 'a damaged bit string');
  const bits = new Set<number>();
  for (let at = 1; at < content.length; at++)
    for (let bit = 0; bit < 8; bit++) if (content[at]! & (0x80 >> bit)) bits.add((at - 1) * 8 + bit);
  return bits;
}

/** A moment as it was encoded. */
export interface EncodedTime {
  /** Milliseconds since 1970, rounded down. */
  readonly milliseconds: number;
  /** RFC 3339 UTC with every digit that the encoding has. */
  readonly text: string;
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z$/;

/** UTCTime with seconds and `Z`; the century as RFC 5280 4.1.2.5.1 has it. */
export function readUtcTime(value: DerValue): EncodedTime {
  const match = UTC_TIME.exec(String.fromCharCode(...value.content.subarray(0, 32)));
  if (match === null || value.content.length > 32) throw malformed(value, 'a damaged time');
  const [, year, ...others] = match as unknown as string[];
  return moment(value, `${Number(year) >= 50 ? '19' : '20'}${year}`, others, '');
}

/** GeneralizedTime with seconds and `Z`; a fraction has no trailing zeros (RFC 3161 2.4.2). */
export function readGeneralizedTime(value: DerValue): EncodedTime {
  const match = GENERALIZED_TIME.exec(String.fromCharCode(...value.content.subarray(0, 32)));
  if (match === null || value.content.length > 32) throw malformed(value, 'a damaged time');
  const [, year, month, day, hour, minute, second, fraction = ''] = match as unknown as string[];
  if (fraction.length > MAX_FRACTION_DIGITS) throw malformed(value, 'a time with too many digits');
  return moment(value, year!, [month!, day!, hour!, minute!, second!], fraction);
}

function moment(value: DerValue, year: string, parts: readonly string[], fraction: string): EncodedTime {
  const [month, day, hour, minute, second] = parts;
  const whole = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const milliseconds = Date.parse(`${whole}Z`);
  // Dates like 31 February are moved by the parser: they do not come back as they went in.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== `${whole}.000Z`)
    throw malformed(value, 'a time that no calendar has');
  const thousandths = Number(fraction.padEnd(3, '0').slice(0, 3));
  return {
    milliseconds: milliseconds + thousandths,
    text: fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`,
  };
}
