import { Buffer } from 'node:buffer';
import { FiliationError } from '@filiation/evidence';

/** Thrown inside the header parser when the bytes at hand end too early; the reader fetches more. */
export class MoreBytesNeeded extends Error {}

/** Reads little-endian fields from the beginning of a file, of which only a part may be at hand. */
export class GgufCursor {
  offset = 0;
  readonly name: string;
  readonly fileSize: number;
  readonly #bytes: Buffer;
  readonly #view: DataView;

  /** `bytes`: the first part of the file `name`, whose full size is `fileSize` bytes. */
  constructor(name: string, bytes: Uint8Array, fileSize: number) {
    this.name = name;
    this.fileSize = fileSize;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes of the file after this place, at hand or not: nothing declared can be longer. */
  get left(): number {
    return this.fileSize - this.offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  /** A 64-bit count of things of at least `bytesEach` bytes: checked against `limit`, then the file. */
  count(what: string, limit: number, bytesEach: number): number {
    const at = this.#take(8);
    // Above 2^53 the sum is rounded, which leaves it above every limit.
    const count = this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
    if (count > limit)
      throw new FiliationError(
        'LIMIT_EXCEEDED',
        `${this.name} declares ${this.#view.getBigUint64(at, true)} ${what}`,
        {
          where: this.name,
          hint: `At most ${limit} are accepted; published models stay far below. Check where the file is from.`,
        },
      );
    if (count * bytesEach > this.left)
      throw new FiliationError(
        'TRUNCATED',
        `${this.name} is too short for the ${count} ${what} it declares`,
        {
          where: this.name,
          hint: 'The file is incomplete or damaged: copy or download it again and compare its size.',
        },
      );
    return count;
  }

  /** A length-prefixed string, `what` in the plural; bytes that are no UTF-8 become U+FFFD, a byte order mark stays. */
  string(what: string, limit: number): string {
    const length = this.count(what, limit, 1);
    const at = this.#take(length);
    // Buffer, because it is several times faster than TextDecoder on the short strings of vocabularies.
    return this.#bytes.toString('utf8', at, at + length);
  }

  #take(length: number): number {
    const at = this.offset;
    if (at + length > this.#bytes.length) {
      if (at + length <= this.fileSize) throw new MoreBytesNeeded();
      throw new FiliationError('TRUNCATED', `${this.name} ends inside its header, at byte ${this.fileSize}`, {
        where: this.name,
        hint: 'The file is incomplete: copy or download it again and compare its size.',
      });
    }
    this.offset = at + length;
    return at;
  }
}
