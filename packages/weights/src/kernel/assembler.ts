/**
 * Just enough of a WebAssembly assembler for the kernels beside it: one imported shared memory, functions
 * of i32 parameters, loops. Opcode bytes are those of the WebAssembly core specification 2.0, section 5.4
 * ("Instructions", binary format); the relaxed ones are from its relaxed-SIMD extension.
 */
export type Code = readonly number[];

/** A parameter or local variable of the function being built, by its index. */
export type Local = number;

type ValueType = 'i32' | 'v128';

export interface FunctionSource {
  /** Exported under this name; every parameter is an i32 and nothing is returned. */
  readonly name: string;
  readonly parameters: number;
  /** Types of the locals, which are numbered after the parameters. */
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

const VALUE_TYPE_BYTES: Readonly<Record<ValueType, number>> = { i32: 0x7f, v128: 0x7b };
const EMPTY_BLOCK = 0x40;
const SIMD_PAGE = 0xfd;

/** Unsigned LEB128, at most 32 bits. */
function unsigned(value: number): Code {
  const out: number[] = [];
  let rest = value >>> 0;
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.push(rest);
  return out;
}

/** Signed LEB128, at most 32 bits. */
function signed(value: number): Code {
  const out: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = low < 0x40 ? rest === 0 : rest === -1;
    out.push(done ? low : low | 0x80);
    if (done) return out;
  }
}

export function get(local: Local): Code {
  return [0x20, ...unsigned(local)];
}

export function set(local: Local, value: Code): Code {
  return [...value, 0x21, ...unsigned(local)];
}

export function constant(value: number): Code {
  return [0x41, ...signed(value)];
}

export function add(a: Code, b: Code): Code {
  return [...a, ...b, 0x6a];
}

export function multiply(a: Code, b: Code): Code {
  return [...a, ...b, 0x6c];
}

/** `local += amount` */
export function advance(local: Local, amount: Code): Code {
  return set(local, add(get(local), amount));
}

/** Takes one off the counter and leaves the new value on the stack. */
function decrement(counter: Local): Code {
  return [...get(counter), ...constant(1), 0x6b, 0x22, ...unsigned(counter)];
}

/**
 * Runs the steps in turn, one off the counter after each, until the counter is zero; the counter must
 * start above zero. One step makes a plain loop, several an unrolled one that may stop between steps.
 */
export function repeat(counter: Local, steps: readonly Code[]): Code {
  const inner = steps.slice(0, -1).flatMap((step) => [...step, ...decrement(counter), 0x45, 0x0d, 1]);
  const last = [...steps.at(-1)!, ...decrement(counter), 0x0d, 0];
  return [0x02, EMPTY_BLOCK, 0x03, EMPTY_BLOCK, ...inner, ...last, 0x0b, 0x0b];
}

export function call(functionIndex: number, ...inputs: readonly Code[]): Code {
  return [...inputs.flat(), 0x10, ...unsigned(functionIndex)];
}

/** Four float32 at address + offset bytes. */
export function loadVector(address: Code, offset: number): Code {
  return [...address, SIMD_PAGE, 0x00, 2, ...unsigned(offset)];
}

/** The float32 at address + offset bytes in all four lanes. */
export function loadSplat(address: Code, offset: number): Code {
  return [...address, SIMD_PAGE, 0x09, 2, ...unsigned(offset)];
}

export function storeVector(address: Code, offset: number, value: Code): Code {
  return [...address, ...value, SIMD_PAGE, 0x0b, 2, ...unsigned(offset)];
}

/** Numbers of the operations on the SIMD page, by their names in the specification. */
const OPERATIONS = {
  'i32x4.lt_s': 0x39,
  'i32x4.ge_s': 0x3f,
  'f32x4.eq': 0x41,
  'f32x4.ne': 0x42,
  'v128.and': 0x4e,
  'v128.or': 0x50,
  'v128.bitselect': 0x52,
  'f64x2.promote_low_f32x4': 0x5f,
  'i32x4.extend_low_i16x8_u': 0xa9,
  'i32x4.extend_high_i16x8_u': 0xaa,
  'i32x4.shl': 0xab,
  'i32x4.add': 0xae,
  'i32x4.sub': 0xb1,
  'f32x4.add': 0xe4,
  'f32x4.sub': 0xe5,
  'f32x4.mul': 0xe6,
  'f64x2.add': 0xf0,
  'f64x2.sub': 0xf1,
  'f64x2.mul': 0xf2,
  /** a · b + c, rounded once where the machine can and twice where it cannot. */
  'f32x4.relaxed_madd': 0x105,
} as const;

export function simd(operation: keyof typeof OPERATIONS, ...inputs: readonly Code[]): Code {
  return [...inputs.flat(), SIMD_PAGE, ...unsigned(OPERATIONS[operation])];
}

/** The same 32 bits in all four lanes. */
export function vectorOf(bits: number): Code {
  const bytes = [bits, bits >>> 8, bits >>> 16, bits >>> 24].map((byte) => byte & 0xff);
  return [SIMD_PAGE, 0x0c, ...bytes, ...bytes, ...bytes, ...bytes];
}

export const ZERO_VECTOR: Code = vectorOf(0);

/** Four of the eight float32 lanes of a (0 to 3) and b (4 to 7). */
export function shuffle(a: Code, b: Code, lanes: readonly number[]): Code {
  const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
  return [...a, ...b, SIMD_PAGE, 0x0d, ...bytes];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function text(value: string): Code {
  return list([...new TextEncoder().encode(value)].map((byte) => [byte]));
}

/** Module that imports the shared memory `host.memory`, of any size, and exports the functions. */
export function assemble(functions: readonly FunctionSource[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...list(new Array<Code>(parameters).fill([VALUE_TYPE_BYTES.i32])),
    ...list([]),
  ]);
  const memory = [...text('host'), ...text('memory'), 0x02, 0x03, ...unsigned(1), ...unsigned(65536)];
  const exported = functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...list(locals.map((type) => [1, VALUE_TYPE_BYTES[type]])), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([memory])),
    ...section(3, list(functions.map((_, index) => unsigned(index)))),
    ...section(7, list(exported)),
    ...section(10, list(bodies)),
  ]);
}
