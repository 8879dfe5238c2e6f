import { FiliationError, quoted } from '@filiation/evidence';
import type { Oddity, StoredTensor, TensorStore } from '../store.ts';
import type { ByteSource } from './byte-source.ts';
import { MoreBytesNeeded } from './gguf-cursor.ts';
import { type GgufHeader, type GgufTensor, parseGgufHeader } from './gguf-header.ts';
import { checkPart } from './payload-store.ts';
import { type GgmlType, ggmlTypeNamed, refuseType } from './quant/ggml-types.ts';

/** Bytes of a header; those of published models are below 20 MB. */
const MAX_HEADER_BYTES = 256 * 2 ** 20;
/** Bytes first read; most headers with a vocabulary fit into the second or third step. */
const FIRST_READ_BYTES = 2 ** 20;
const READ_GROWTH = 4;
/** Payload bytes held at once while elements are decoded. */
const SLAB_BYTES = 8 * 2 ** 20;

/**
 * Opens one GGUF file (versions 2 and 3, little-endian). Shapes are turned outermost first; blocks are
 * decoded on demand. The store closes `source`, and so does a failure to open. One part of a split model
 * opens too, with the oddity `missing-shard`: `openGgufFile` opens all parts.
 * @throws FiliationError MALFORMED, TRUNCATED, LIMIT_EXCEEDED, UNSUPPORTED
 */
export async function openGguf(source: ByteSource): Promise<TensorStore> {
  try {
    return storeOf(source, await readHeader(source));
  } catch (error) {
    await source.close();
    throw error;
  }
}

function storeOf(source: ByteSource, header: GgufHeader): TensorStore {
  const places = new Map<StoredTensor, GgufTensor>();
  for (const entry of header.tensors) {
    const { name, dtype, shape, elementCount, byteLength, offset } = entry;
    places.set({ name, dtype, shape, elementCount, byteLength, file: source.name, offset }, entry);
  }
  return {
    format: 'gguf',
    tensors: [...places.keys()],
    metadata: header.metadata,
    oddities: [...splitOddity(header), ...typeOddities(header), ...paddingOddity(header)],
    async elements(tensor, start, count) {
      const entry = placeOf(places, tensor);
      checkPart(entry.elementCount, start, count);
      const type = ggmlTypeNamed(entry.dtype);
      if (type?.decode === undefined) return refuseType(tensor.name, source.name, entry.dtype);
      return await readElements(source, entry, type, start, count);
    },
    async bytes(tensor, start, count) {
      const entry = placeOf(places, tensor);
      checkPart(entry.byteLength, start, count);
      return await source.read(entry.offset + start, count);
    },
    close: () => source.close(),
  };
}

/** Parses a growing first part of the file, so that neither reads nor memory follow declared numbers. */
async function readHeader(source: ByteSource): Promise<GgufHeader> {
  const most = Math.min(source.size, MAX_HEADER_BYTES);
  for (let length = FIRST_READ_BYTES; ; length *= READ_GROWTH) {
    const bytes = await source.read(0, Math.min(length, most));
    try {
      return parseGgufHeader(source.name, bytes, source.size);
    } catch (error) {
      if (!(error instanceof MoreBytesNeeded)) throw error;
      if (length >= most)
        throw new FiliationError('LIMIT_EXCEEDED', `${source.name} has a header of over ${most} bytes`, {
          where: source.name,
          hint: 'Published models stay far below. Check where the file is from.',
        });
    }
  }
}

/** Elements [start, start + count), which need not begin or end at a block. */
async function readElements(
  source: ByteSource,
  entry: GgufTensor,
  type: GgmlType,
  start: number,
  count: number,
): Promise<Float32Array> {
  const out = new Float32Array(count);
  const slab = Math.max(1, Math.floor(SLAB_BYTES / type.bytes));
  const end = start + count;
  const lastBlock = Math.ceil(end / type.elements);
  for (let block = Math.floor(start / type.elements); block < lastBlock && count > 0; block += slab) {
    const blocks = Math.min(slab, lastBlock - block);
    const payload = await source.read(entry.offset + block * type.bytes, blocks * type.bytes);
    const values = type.decode!(payload);
    const first = block * type.elements;
    const from = Math.max(start, first);
    const to = Math.min(end, first + values.length);
    out.set(values.subarray(from - first, to - first), from - start);
  }
  return out;
}

function placeOf(places: ReadonlyMap<StoredTensor, GgufTensor>, tensor: StoredTensor): GgufTensor {
  const entry = places.get(tensor);
  if (entry === undefined) throw new RangeError(`${tensor.name} is not a tensor of this store`);
  return entry;
}

function splitOddity({ metadata }: GgufHeader): Oddity[] {
  const parts = metadata['split.count'];
  if (typeof parts !== 'number' || parts <= 1) return [];
  const text = `The file is one of ${parts} parts of a split model; the tensors of the others are not seen.`;
  return [{ severity: 'warning', kind: 'missing-shard', text }];
}

/** One oddity for every type whose elements cannot be read. */
function typeOddities({ tensors }: GgufHeader): Oddity[] {
  const names = new Map<string, string[]>();
  for (const { name, dtype } of tensors)
    if (ggmlTypeNamed(dtype)?.decode === undefined) names.set(dtype, [...(names.get(dtype) ?? []), name]);
  return [...names].map(([dtype, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    const text = `Tensor ${quoted(first!)}${more}: stored as ${dtype}, which cannot be decoded here.`;
    return { severity: 'warning', kind: 'undecodable-type', text };
  });
}

function paddingOddity({ unusedBytes }: GgufHeader): Oddity[] {
  if (unusedBytes === 0) return [];
  const text = `${unusedBytes} bytes of the file belong to no tensor.`;
  return [{ severity: 'note', kind: 'unused-bytes', text }];
}
