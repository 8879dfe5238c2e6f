import { FiliationError, quoted } from '@filiation/evidence';
import type { StoredTensor, TensorStore } from '../store.ts';
import type { ByteSource } from './byte-source.ts';
import { dtypeBits, swapBytes } from './dtype.ts';
import { checkPart, countOf, decodeNamed } from './payload-store.ts';
import type { TorchTensor } from './pickle-value.ts';

/** A tensor and the byte of the file at which its storage starts. */
export interface PlacedTensor {
  readonly name: string;
  readonly view: TorchTensor;
  readonly storageOffset: number;
}

export interface TorchStoreInput {
  readonly source: ByteSource;
  readonly tensors: readonly PlacedTensor[];
  readonly bigEndian: boolean;
  readonly metadata: TensorStore['metadata'];
  readonly oddities: TensorStore['oddities'];
}

/** Elements of a storage decoded at once for a tensor that is not stored in row-major order. */
const WINDOW_ELEMENTS = 2 ** 26;

/** Values of part of a storage, kept because a transposed tensor is read piece by piece from all of it. */
interface Span {
  readonly tensor: StoredTensor;
  readonly start: number;
  readonly values: Float32Array;
}

/** A store over views of storages: any offset and stride, storages shared or not. */
export function torchStore(input: TorchStoreInput): TensorStore {
  const placed = new Map(input.tensors.map((entry) => [describe(entry, input.source.name), entry]));
  const find = (tensor: StoredTensor): PlacedTensor => {
    const found = placed.get(tensor);
    if (found === undefined) throw new RangeError(`${tensor.name} is not a tensor of this store`);
    return found;
  };
  let lastSpan: Span | undefined;

  const readBytes = async (entry: PlacedTensor, start: number, count: number): Promise<Uint8Array> => {
    const width = widthOf(entry.view.dtype);
    const bytes = await input.source.read(entry.storageOffset + start * width, count * width);
    return input.bigEndian ? swapBytes(bytes, entry.view.dtype === 'C64' ? 4 : width) : bytes;
  };
  const readSpan = async (tensor: StoredTensor, start: number, count: number): Promise<Span> => {
    const held = lastSpan;
    if (held?.tensor === tensor && held.start <= start && held.start + held.values.length >= start + count)
      return held;
    const values = decodeNamed(tensor, await readBytes(find(tensor), start, count));
    lastSpan = { tensor, start, values };
    return lastSpan;
  };

  return {
    format: 'pytorch',
    tensors: [...placed.keys()],
    metadata: input.metadata,
    oddities: input.oddities,
    async elements(tensor, start, count) {
      const entry = find(tensor);
      const { view } = entry;
      checkPart(tensor.elementCount, start, count);
      if (count === 0) return new Float32Array(0);
      if (isContiguous(view)) return decodeNamed(tensor, await readBytes(entry, view.offset + start, count));
      const [low, high] = bounds(view, start, count);
      const out = new Float32Array(count);
      for (let at = low; at <= high; at += WINDOW_ELEMENTS)
        gather(view, start, out, await readSpan(tensor, at, Math.min(WINDOW_ELEMENTS, high - at + 1)));
      return out;
    },
    async bytes(tensor, start, count) {
      const entry = find(tensor);
      checkPart(tensor.byteLength, start, count);
      if (!isContiguous(entry.view))
        throw new FiliationError('UNSUPPORTED', `tensor ${quoted(tensor.name)} is not stored in one piece`, {
          where: tensor.file,
          hint: 'Read its elements instead of its bytes.',
        });
      const width = widthOf(tensor.dtype);
      const first = Math.floor(start / width);
      const end = Math.ceil((start + count) / width);
      const bytes = await readBytes(entry, entry.view.offset + first, end - first);
      return bytes.slice(start - first * width, start - first * width + count);
    },
    close: () => input.source.close(),
  };
}

function describe({ name, view }: PlacedTensor, file: string): StoredTensor {
  const elementCount = countOf(view.shape)!;
  const byteLength = elementCount * widthOf(view.dtype);
  return { name, dtype: view.dtype, shape: view.shape, elementCount, byteLength, file };
}

/** Bytes of one element; torch has none below a byte. */
function widthOf(dtype: string): number {
  return dtypeBits(dtype)! / 8;
}

/** Whether row-major order is storage order; dimensions of one element have no say. */
export function isContiguous({ shape, stride }: Pick<TorchTensor, 'shape' | 'stride'>): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] === 0) return true;
    if (shape[i] !== 1 && stride[i] !== expected) return false;
    expected *= shape[i]!;
  }
  return true;
}

/** Storage positions between which elements [start, start + count) lie: those of the rows they touch. */
function bounds({ shape, stride, offset }: TorchTensor, start: number, count: number): [number, number] {
  const rowLength = countOf(shape.slice(1))!;
  const firstRow = Math.floor(start / rowLength);
  const lastRow = Math.floor((start + count - 1) / rowLength);
  const rowSpan = shape.slice(1).reduce((sum, dimension, i) => sum + (dimension - 1) * stride[i + 1]!, 0);
  return [offset + firstRow * stride[0]!, offset + lastRow * stride[0]! + rowSpan];
}

/** Fills in the elements from `start` that lie in the span, turning the index like an odometer. */
function gather(view: TorchTensor, start: number, out: Float32Array, span: Span): void {
  const { shape, stride } = view;
  const rank = shape.length;
  const index = new Array<number>(rank).fill(0);
  let position = view.offset - span.start;
  let rest = start;
  for (let i = rank - 1; i >= 0; i--) {
    index[i] = rest % shape[i]!;
    rest = Math.floor(rest / shape[i]!);
    position += index[i]! * stride[i]!;
  }
  for (let done = 0; done < out.length; done++) {
    if (position >= 0 && position < span.values.length) out[done] = span.values[position]!;
    for (let i = rank - 1; i >= 0; i--) {
      position += stride[i]!;
      if (++index[i]! < shape[i]!) break;
      position -= shape[i]! * stride[i]!;
      index[i] = 0;
    }
  }
}
