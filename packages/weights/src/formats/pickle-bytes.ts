import { FiliationError } from '@filiation/evidence';

/** Bytes of a line (module and attribute names). */
const MAX_LINE_BYTES = 4096;
/** Bytes of a long integer; PyTorch's own magic number has 10. */
const MAX_LONG_BYTES = 256;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the arguments of pickle instructions, little-endian unless named otherwise. */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #where: string;
  at = 0;

  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#where = where;
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A length: what does not fit the file is caught by `bytes`. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Big-endian double, the only big-endian argument. */
  double(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    return decoder.decode(this.bytes(length));
  }

  /** Text up to a newline, which is consumed. */
  line(): string {
    const end = this.#bytes.subarray(this.at, this.at + MAX_LINE_BYTES).indexOf(10);
    if (end < 0) return this.fail('a name does not end');
    const text = this.text(end);
    this.at++;
    return text;
  }

  /** Two's complement integer; a number where it is exact, else a bigint. */
  long(length: number): number | bigint {
    if (length > MAX_LONG_BYTES) this.fail(`a number has ${length} bytes`);
    let value = 0n;
    const bytes = this.bytes(length);
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    const signed = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  fail(message: string): never {
    throw new FiliationError('MALFORMED', `${this.#where}: ${message} (pickle byte ${this.at})`, {
      where: this.#where,
      hint: 'The file is damaged or was altered: get it again from its source.',
    });
  }

  #advance(length: number): number {
    const start = this.at;
    if (!(length <= this.#bytes.length - start)) this.fail('the pickle ends in the middle of an instruction');
    this.at += length;
    return start;
  }
}
