/** Writes protocol 2 pickles for tests, instruction by instruction. */
export type Picklable =
  | null
  | boolean
  | number
  | string
  | readonly Picklable[]
  | ReadonlyMap<Picklable, Picklable>
  | { readonly tuple: readonly Picklable[] }
  | { readonly global: string }
  | { readonly call: string; readonly args: readonly Picklable[] }
  | { readonly persistent: Picklable }
  /** Instructions as they are. */
  | { readonly raw: readonly number[] };

export function writePickle(value: Picklable, protocol = 2): Uint8Array {
  return Uint8Array.from([0x80, protocol, ...instructions(value), 0x2e]);
}

/** Arrays become lists, maps dictionaries; `global` and `call` name `module name`. */
export function instructions(value: Picklable): number[] {
  if (value === null) return [0x4e];
  if (typeof value === 'boolean') return [value ? 0x88 : 0x89];
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return text(value);
  if (value instanceof Map)
    return [
      0x7d,
      0x28,
      ...[...value].flatMap(([key, item]) => [...instructions(key), ...instructions(item)]),
      0x75,
    ];
  if (Array.isArray(value)) return [0x5d, 0x28, ...value.flatMap(instructions), 0x65];
  if ('tuple' in value) return [0x28, ...value.tuple.flatMap(instructions), 0x74];
  if ('global' in value) return global(value.global);
  if ('call' in value) return [...global(value.call), ...instructions({ tuple: value.args }), 0x52];
  if ('persistent' in value) return [...instructions(value.persistent), 0x51];
  if ('raw' in value) return [...value.raw];
  throw new TypeError('not picklable');
}

export function global(name: string): number[] {
  return [0x63, ...new TextEncoder().encode(`${name.replace(' ', '\n')}\n`)];
}

function number(value: number): number[] {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31)
    return [0x4a, ...scalar(4, (v) => v.setInt32(0, value, true))];
  if (Number.isInteger(value)) return [0x8a, 8, ...scalar(8, (v) => v.setBigInt64(0, BigInt(value), true))];
  return [0x47, ...scalar(8, (v) => v.setFloat64(0, value))];
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [0x58, ...scalar(4, (v) => v.setUint32(0, bytes.length, true)), ...bytes];
}

function scalar(size: number, write: (view: DataView) => void): number[] {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return [...bytes];
}
