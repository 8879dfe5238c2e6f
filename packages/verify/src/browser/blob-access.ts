import type { RandomAccess } from '../archive/random-access.ts';
import { FiliationError } from '../error.ts';

/** What is needed of the browser's Blob and File. */
export interface SliceableBlob {
  /** Bytes. */
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A dropped file for reading; nothing but the pieces asked for comes into memory. */
export function blobAccess(blob: SliceableBlob, name: string): RandomAccess {
  return {
    size: blob.size,
    async read(offset, length) {
      try {
        return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      } catch (cause) {
        throw new FiliationError('UNREADABLE', `cannot read ${name}: ${String(cause)}`, {
          where: name,
          hint: 'The file changed or was moved since it was dropped: drop it again.',
          cause,
        });
      }
    },
    close: () => Promise.resolve(),
  };
}
