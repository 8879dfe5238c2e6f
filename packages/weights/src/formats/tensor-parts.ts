import { createHash } from 'node:crypto';
import { FiliationError, quoted, type TensorPart } from '@filiation/evidence';
import type { StoredTensor, TensorStore } from '../store.ts';

/** Payload bytes hashed at once. */
const PIECE_BYTES = 8 * 2 ** 20;

/**
 * The tensors of a model as parts that can be committed to and opened one by one: file, name, type, shape,
 * byte range and SHA-256 of the stored bytes. Ordered by file and place, so that the order follows from the
 * bytes alone.
 * @throws FiliationError UNSUPPORTED for formats whose tensors have no byte range of their own
 */
export async function* tensorParts(
  store: TensorStore,
  onProgress: (done: number, total: number) => void = () => undefined,
): AsyncIterable<TensorPart> {
  const tensors = store.tensors.map(placed).sort(byPlace);
  const total = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let done = 0;
  for (const tensor of tensors) {
    const { file, name, dtype, shape, offset, byteLength } = tensor;
    const digest = createHash('sha256');
    for (let at = 0; at < byteLength; at += PIECE_BYTES)
      digest.update(await store.bytes(tensor.stored, at, Math.min(PIECE_BYTES, byteLength - at)));
    done += byteLength;
    onProgress(done, total);
    yield {
      file,
      name,
      dtype,
      shape,
      start: offset,
      end: offset + byteLength,
      sha256: digest.digest('hex'),
    };
  }
}

interface PlacedTensor extends StoredTensor {
  readonly offset: number;
  /** As the store knows it. */
  readonly stored: StoredTensor;
}

function placed(stored: StoredTensor): PlacedTensor {
  const { offset } = stored;
  if (offset !== undefined) return { ...stored, offset, stored };
  throw new FiliationError(
    'UNSUPPORTED',
    `${stored.file}: tensor ${quoted(stored.name)} has no range of bytes of its own`,
    { where: stored.file, hint: 'commit to this model by its files' },
  );
}

function byPlace(p: PlacedTensor, q: PlacedTensor): number {
  if (p.file !== q.file) return p.file < q.file ? -1 : 1;
  return p.offset - q.offset || (p.name < q.name ? -1 : 1);
}
