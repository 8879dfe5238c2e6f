import { type Picklable, writePickle } from './pickle-writer.test.support.ts';
import { type WrittenRecord, writeZip } from './zip-writer.test.support.ts';

/** A tensor as torch.save pickles it; stride as for row-major order unless given. */
export interface WrittenView {
  readonly key: string;
  readonly numel: number;
  readonly shape: readonly number[];
  readonly stride?: readonly number[];
  readonly offset?: number;
  /** Storage class, `torch FloatStorage` unless given. */
  readonly storage?: string;
}

export function tensor(view: WrittenView): Picklable {
  const storage = {
    persistent: {
      tuple: ['storage', { global: view.storage ?? 'torch FloatStorage' }, view.key, 'cpu', view.numel],
    },
  };
  const stride = view.stride ?? view.shape.map((_, i) => view.shape.slice(i + 1).reduce((p, d) => p * d, 1));
  const hooks = { call: 'collections OrderedDict', args: [] };
  return {
    call: 'torch._utils _rebuild_tensor_v2',
    args: [storage, view.offset ?? 0, { tuple: view.shape }, { tuple: stride }, false, hooks],
  };
}

/** A checkpoint archive of a pickled value and float32 storages by key. */
export function writeTorch(
  value: Picklable | Uint8Array,
  storages: Readonly<Record<string, readonly number[] | Uint8Array>> = {},
  options: { readonly deflatePickle?: boolean; readonly more?: readonly WrittenRecord[] } = {},
): Uint8Array {
  const pickle = value instanceof Uint8Array ? value : writePickle(value);
  return writeZip([
    { name: 'model/data.pkl', bytes: pickle, deflate: options.deflatePickle ?? false },
    ...Object.entries(storages).map(([key, content]) => ({
      name: `model/data/${key}`,
      bytes: content instanceof Uint8Array ? content : new Uint8Array(Float32Array.from(content).buffer),
    })),
    ...(options.more ?? []),
    { name: 'model/version', bytes: new TextEncoder().encode('3\n') },
  ]);
}
