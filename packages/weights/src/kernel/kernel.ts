import type { Matrix } from '../matrix.ts';

/** The one heavy operation of the weight tests. */
export interface MatrixKernel {
  /** For the record: `plain`, `wasm-simd`, `wasm-simd x2`, `onnxruntime`. */
  readonly name: string;
  /** a (m × k) · bᵀ, with b (n × k): the m × n matrix of row inner products, accumulated in float32.
   *  @throws RangeError where the widths differ. */
  timesTransposed(a: Matrix, b: Matrix): Promise<Matrix>;
  /** Floating-point operations done so far (2·m·n·k a call). */
  readonly operations: number;
  close(): Promise<void>;
}
