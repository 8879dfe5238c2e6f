import { FiliationError } from '../error.ts';

/** A file that can be read at any place. */
export interface RandomAccess {
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes. Throws FiliationError UNREADABLE or TRUNCATED. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** CRC-32 as `crc32` of this folder computes it, where the machine has a faster one. */
  crc32?(bytes: Uint8Array, before: number): number;
  close(): Promise<void>;
}

/** Bytes fetched at once when reads follow one another, so that small members cost no read each. */
const WINDOW_BYTES = 256 * 1024;
/** Reads in a row after which more of them are expected: one member takes two. */
const ROW = 3;

export function memoryAccess(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.slice(offset, offset + length),
    close: async () => undefined,
  };
}

/** Reads ahead while each read starts at the end of the last one; holds one window, nothing else. */
export class ReadAhead {
  readonly size: number;
  readonly #access: RandomAccess;
  readonly #name: string;
  #window: Uint8Array = new Uint8Array(0);
  #windowAt = 0;
  #next = -1;
  #row = 0;

  constructor(access: RandomAccess, name: string) {
    this.#access = access;
    this.#name = name;
    this.size = access.size;
  }

  /** The caller's own copy of `length` bytes.
   *  @throws FiliationError TRUNCATED where the file ends before. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    if (length > this.size - offset) throw this.#short(offset);
    this.#row = offset === this.#next ? this.#row + 1 : 0;
    this.#next = offset + length;
    const at = offset - this.#windowAt;
    if (at >= 0 && at + length <= this.#window.length) return this.#window.slice(at, at + length);
    if (this.#row < ROW || length >= WINDOW_BYTES) return this.#exactly(offset, length);
    const window = await this.#exactly(offset, Math.min(WINDOW_BYTES, this.size - offset));
    this.#window = window;
    this.#windowAt = offset;
    return window.slice(0, length);
  }

  async #exactly(offset: number, length: number): Promise<Uint8Array> {
    const bytes = await this.#access.read(offset, length);
    if (bytes.length !== length) throw this.#short(offset);
    return bytes;
  }

  #short(offset: number): FiliationError {
    return new FiliationError(
      'TRUNCATED',
      `${this.#name} ends too early: bytes from ${offset} on are missing`,
      {
        where: this.#name,
        hint: 'The file is incomplete or changed while it was read: copy it again and compare its size.',
      },
    );
  }
}
