/**
 * A checked, opened model file set: named tensors that are read in pieces. Format readers make these;
 * nothing here knows what a tensor is for. Declared shapes and offsets have been checked against the
 * physical files before a store exists, so `elements` never allocates on an unchecked length.
 */
export interface TensorStore {
  readonly format: 'safetensors' | 'gguf' | 'pytorch' | 'memory';
  readonly tensors: readonly StoredTensor[];
  /** Format-level key-value metadata: safetensors `__metadata__`, GGUF KV (arrays as arrays). */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Things a reader of the file should be told: missing shards, NaN, unused bytes, ignored objects. */
  readonly oddities: readonly Oddity[];
  /** Elements [start, start + count) of a tensor in row-major order as float32 (quantised formats are
   *  dequantised, strides honoured). Float64 and integers are rounded to float32. */
  elements(tensor: StoredTensor, start: number, count: number): Promise<Float32Array>;
  /** Stored bytes [start, start + count) of a tensor's payload; only for contiguous payloads. */
  bytes(tensor: StoredTensor, start: number, count: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface StoredTensor {
  readonly name: string;
  /** Upper-case name as the format has it: F32, F16, BF16, F8_E4M3, I64, Q8_0, Q4_K … */
  readonly dtype: string;
  /** Row-major, outermost first (GGUF dimensions are reversed by its reader). */
  readonly shape: readonly number[];
  readonly elementCount: number;
  readonly byteLength: number;
  /** File name the payload lies in, relative to the model. */
  readonly file: string;
  /** Byte of that file at which the payload starts, where the format keeps it in one piece. */
  readonly offset?: number;
}

export interface Oddity {
  readonly severity: 'note' | 'warning';
  /** Stable word for programs: `missing-shard`, `non-finite`, `padding`, `refused-pickle-global` … */
  readonly kind: string;
  readonly text: string;
}
