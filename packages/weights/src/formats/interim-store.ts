import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FiliationError } from '@filiation/evidence';
import type { StoredTensor, TensorStore } from '../store.ts';

/** One safetensors file of F16 or F32, until the checked readers stand here. */
export async function openStore(path: string): Promise<TensorStore & { readonly digest: string }> {
  const file = (await stat(path)).isDirectory() ? join(path, 'model.safetensors') : path;
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new FiliationError('NOT_FOUND', `${file} does not exist`, { where: file, cause });
  });
  const prefix = Buffer.alloc(8);
  await handle.read(prefix, 0, 8, 0);
  const length = Number(prefix.readBigUInt64LE());
  const headerBytes = Buffer.alloc(length);
  await handle.read(headerBytes, 0, length, 8);
  const header = JSON.parse(headerBytes.toString()) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const starts = new Map<StoredTensor, number>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const tensor: StoredTensor = {
      name,
      dtype,
      shape,
      elementCount: shape.reduce((product, side) => product * side, 1),
      byteLength: data_offsets[1] - data_offsets[0],
      file: 'model.safetensors',
    };
    starts.set(tensor, 8 + length + data_offsets[0]);
  }
  const bytes = async (tensor: StoredTensor, start: number, count: number): Promise<Uint8Array> => {
    const out = new Uint8Array(count);
    await handle.read(out, 0, count, starts.get(tensor)! + start);
    return out;
  };
  return {
    format: 'safetensors',
    digest: createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
    tensors: [...starts.keys()],
    metadata: {},
    oddities: [],
    async elements(tensor, start, count) {
      const size = tensor.dtype === 'F16' ? 2 : 4;
      const raw = await bytes(tensor, start * size, count * size);
      if (size === 4) return new Float32Array(raw.buffer);
      return Float32Array.from(new Uint16Array(raw.buffer), half);
    },
    bytes,
    close: () => handle.close(),
  };
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
