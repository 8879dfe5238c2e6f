import { FiliationError, quoted } from '@filiation/evidence';
import type { Oddity, StoredTensor, TensorStore } from '../store.ts';
import type { ByteSource } from './byte-source.ts';
import { decodeElements, dtypeBits } from './dtype.ts';

/** Where the bytes of a contiguous row-major tensor lie. */
export interface Payload {
  readonly tensor: StoredTensor;
  readonly source: ByteSource;
  /** Byte of the source at which element 0 starts. */
  readonly offset: number;
}

export interface PayloadStoreInput {
  readonly format: TensorStore['format'];
  readonly payloads: readonly Payload[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly oddities: readonly Oddity[];
  /** Closed with the store. */
  readonly sources: readonly ByteSource[];
}

/** A store over contiguous little-endian payloads whose ranges have been checked. */
export function payloadStore(input: PayloadStoreInput): TensorStore {
  const byTensor = new Map(input.payloads.map((payload) => [payload.tensor, payload]));
  const find = (tensor: StoredTensor): Payload => {
    const found = byTensor.get(tensor);
    if (found === undefined) throw new RangeError(`${tensor.name} is not a tensor of this store`);
    return found;
  };
  return {
    format: input.format,
    tensors: input.payloads.map((payload) => payload.tensor),
    metadata: input.metadata,
    oddities: input.oddities,
    async elements(tensor, start, count) {
      const { source, offset } = find(tensor);
      checkPart(tensor.elementCount, start, count);
      const bits = dtypeBits(tensor.dtype)!;
      const firstByte = Math.floor((start * bits) / 8);
      const endByte = Math.ceil(((start + count) * bits) / 8);
      const bytes = await source.read(offset + firstByte, endByte - firstByte);
      const values = decodeNamed(tensor, bytes);
      const skipped = bits < 8 ? start - (firstByte * 8) / bits : 0;
      return skipped === 0 && values.length === count ? values : values.slice(skipped, skipped + count);
    },
    async bytes(tensor, start, count) {
      const { source, offset } = find(tensor);
      checkPart(tensor.byteLength, start, count);
      return source.read(offset + start, count);
    },
    async close() {
      await Promise.all(input.sources.map((source) => source.close()));
    },
  };
}

/** Decodes and, where the type is unreadable, says of which tensor. */
export function decodeNamed(tensor: StoredTensor, bytes: Uint8Array): Float32Array {
  try {
    return decodeElements(tensor.dtype, bytes);
  } catch (error) {
    if (!(error instanceof FiliationError)) throw error;
    throw new FiliationError(error.code, `${tensor.file}: tensor ${quoted(tensor.name)}: ${error.message}`, {
      where: tensor.file,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

/** @throws RangeError unless [start, start + count) is a part of 0 … size */
export function checkPart(size: number, start: number, count: number): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(count);
  if (!whole || start < 0 || count < 0 || count > size - start)
    throw new RangeError(`${start}+${count} is no part of 0 … ${size}`);
}

/** Product of the dimensions, or undefined beyond 2^53 - 1. */
export function countOf(shape: readonly number[]): number | undefined {
  if (shape.includes(0)) return 0;
  let count = 1;
  for (const dimension of shape) {
    if (count > Number.MAX_SAFE_INTEGER / dimension) return undefined;
    count *= dimension;
  }
  return count;
}
