import { FiliationError } from '../error.ts';

/** Bytes of one encoding. A time token has a few thousand, a large revocation list a few million. */
const MAX_DER_BYTES = 32 * 2 ** 20;
/** Levels of nesting; certificates and tokens need about 15. */
const MAX_DEPTH = 32;
/** Bytes of a length after its first: enough for MAX_DER_BYTES. */
const MAX_LENGTH_BYTES = 4;

/** Identifier bytes met in certificates and time tokens (X.690 8.1.2): class, constructed bit, number. */
export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `[number]` with primitive content. */
export function contextTag(number: number): number {
  return 0x80 | number;
}

/** `[number]` with constructed content. */
export function contextGroup(number: number): number {
  return 0xa0 | number;
}

/** One encoded value; all byte arrays are views of the input. */
export interface DerValue {
  /** First byte: class, constructed bit and tag number. */
  readonly identifier: number;
  readonly content: Uint8Array;
  /** Header and content. */
  readonly whole: Uint8Array;
  /** Bytes from the start of the outermost input. */
  readonly offset: number;
  readonly depth: number;
  /** What the bytes are, for messages. */
  readonly subject: string;
}

export function malformed(value: Pick<DerValue, 'subject' | 'offset'>, what: string): FiliationError {
  return new FiliationError('MALFORMED', `${value.subject}: ${what} (byte ${value.offset})`, {
    where: value.subject,
    hint: 'the bytes are damaged, or are not what they are said to be',
  });
}

/**
 * The one value that `bytes` hold, under the distinguished encoding rules (X.690): definite lengths in
 * their shortest form, tag numbers below 31, nothing after the end. Content is read when asked for, by
 * `DerCursor`; nothing here calls itself, so nesting costs no stack.
 *
 * @param subject what the bytes are, for messages: `time token`.
 * @throws FiliationError MALFORMED, TRUNCATED, LIMIT_EXCEEDED
 */
export function readDer(bytes: Uint8Array, subject: string): DerValue {
  if (bytes.length > MAX_DER_BYTES)
    throw new FiliationError('LIMIT_EXCEEDED', `${subject}: more than ${MAX_DER_BYTES} bytes`, {
      where: subject,
    });
  const value = readAt(bytes, 0, { subject, offset: 0, depth: 0 });
  if (value.whole.length !== bytes.length)
    throw malformed({ subject, offset: value.whole.length }, 'bytes follow the end');
  return value;
}

/** The one value that the content of a string value encodes, after its first `skip` bytes. */
export function readInside(value: DerValue, skip = 0): DerValue {
  const { content, subject } = value;
  const offset = value.offset + value.whole.length - content.length;
  const held = readAt(content, skip, { subject, offset, depth: value.depth + 1 });
  if (skip + held.whole.length !== content.length)
    throw malformed({ subject, offset: offset + skip + held.whole.length }, 'bytes follow the end');
  return held;
}

interface Place {
  readonly subject: string;
  /** Of the array's first byte. */
  readonly offset: number;
  readonly depth: number;
}

function readAt(bytes: Uint8Array, start: number, place: Place): DerValue {
  const { subject, depth } = place;
  const here = { subject, offset: place.offset + start };
  if (depth > MAX_DEPTH)
    throw new FiliationError('LIMIT_EXCEEDED', `${subject}: more than ${MAX_DEPTH} levels of nesting`, {
      where: subject,
    });
  const identifier = bytes[start];
  const first = bytes[start + 1];
  if (identifier === undefined || first === undefined) throw cutShort(here, depth);
  if ((identifier & 0x1f) === 0x1f) throw malformed(here, 'a tag number of 31 or more');
  let length = first;
  let contentStart = start + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0) throw malformed(here, 'an indefinite length, which the encoding rules forbid');
    if (count > MAX_LENGTH_BYTES) throw malformed(here, `a length of ${count} bytes`);
    contentStart += count;
    if (contentStart > bytes.length) throw cutShort(here, depth);
    length = 0;
    for (let at = start + 2; at < contentStart; at++) length = length * 256 + bytes[at]!;
    const shortest = count === 1 ? 0x80 : 256 ** (count - 1);
    if (length < shortest) throw malformed(here, 'a length that is not in its shortest form');
  }
  if (length > bytes.length - contentStart) throw cutShort(here, depth);
  const end = contentStart + length;
  return {
    identifier,
    content: bytes.subarray(contentStart, end),
    whole: bytes.subarray(start, end),
    offset: here.offset,
    depth,
    subject,
  };
}

function cutShort(here: { subject: string; offset: number }, depth: number): FiliationError {
  if (depth > 0) return malformed(here, 'a value reaches past the end of the one that holds it');
  return new FiliationError('TRUNCATED', `${here.subject}: the bytes end too soon`, {
    where: here.subject,
    hint: 'the file is cut short, or is not in DER encoding',
  });
}

/** Reads the parts of a constructed value in order. All methods throw FiliationError MALFORMED. */
export class DerCursor {
  readonly #value: DerValue;
  readonly #place: Place;
  #at = 0;

  constructor(value: DerValue) {
    if ((value.identifier & 0x20) === 0) throw malformed(value, 'a value without parts where parts belong');
    this.#value = value;
    const header = value.whole.length - value.content.length;
    this.#place = { subject: value.subject, offset: value.offset + header, depth: value.depth + 1 };
  }

  get more(): boolean {
    return this.#at < this.#value.content.length;
  }

  /** The next part, whatever it is. */
  any(what: string): DerValue {
    if (!this.more) throw malformed(this.#value, `no ${what}`);
    const part = readAt(this.#value.content, this.#at, this.#place);
    this.#at += part.whole.length;
    return part;
  }

  /** The next part, which must carry this identifier. */
  next(identifier: number, what: string): DerValue {
    const part = this.any(what);
    if (part.identifier !== identifier)
      throw malformed(part, `tag 0x${part.identifier.toString(16)} where ${what} belongs`);
    return part;
  }

  /** The next part where it carries this identifier; otherwise nothing is read. */
  optional(identifier: number): DerValue | undefined {
    if (this.#value.content[this.#at] !== identifier) return undefined;
    return this.any('part');
  }

  /** Whether the next part carries this identifier. */
  at(identifier: number): boolean {
    return this.#value.content[this.#at] === identifier;
  }

  /** Nothing may follow. */
  end(what: string): void {
    if (this.more)
      throw malformed(
        { subject: this.#place.subject, offset: this.#place.offset + this.#at },
        `something follows the end of ${what}`,
      );
  }

  /** All remaining parts, each with this identifier, at most `limit`. */
  rest(identifier: number, what: string, limit: number): DerValue[] {
    const parts: DerValue[] = [];
    while (this.more) {
      if (parts.length === limit)
        throw new FiliationError(
          'LIMIT_EXCEEDED',
          `${this.#value.subject}: more than ${limit} times ${what}`,
          { where: this.#value.subject },
        );
      parts.push(this.next(identifier, what));
    }
    return parts;
  }
}

/** The value inside an explicit tag: exactly one. */
export function inner(value: DerValue, identifier: number, what: string): DerValue {
  const cursor = new DerCursor(value);
  const held = cursor.next(identifier, what);
  cursor.end(what);
  return held;
}
