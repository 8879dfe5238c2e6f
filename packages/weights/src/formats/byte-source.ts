import { FiliationError } from '@filiation/evidence';

/** Random access to the bytes of one file, wherever they lie. */
export interface ByteSource {
  /** File name relative to the model, as it is shown in errors and in `StoredTensor.file`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`, in a buffer that belongs to the caller and starts aligned.
   *  @throws FiliationError TRUNCATED past the end; RangeError where offset or length is no byte count. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes already in memory; every read copies. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    read(offset, length) {
      return new Promise((resolve) => {
        checkRange(name, bytes.length, offset, length);
        resolve(new Uint8Array(bytes.subarray(offset, offset + length)));
      });
    },
    close: () => Promise.resolve(),
  };
}

/** Refuses a range that is no range (our mistake) or not inside the file (the file's).
 *  @throws RangeError, FiliationError TRUNCATED */
export function checkRange(name: string, size: number, offset: number, length: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
    throw new RangeError(`${offset}+${length} is no byte range`);
  if (length > size - offset)
    throw new FiliationError(
      'TRUNCATED',
      `${name} ends at byte ${size}, but bytes ${offset} to ${offset + length} were expected`,
      { where: name, hint: 'The file is incomplete: copy or download it again and compare its size.' },
    );
}
