import type { Matrix } from '../matrix.ts';

/**
 * Products are summed in one fixed order, so that a finding has the same bytes on every machine: within
 * each run of SUM_RUN positions along the width, one float32 multiplication and one float32 addition a
 * position, from zero and in order; then the sums of the runs, in order. The order does not depend on the
 * number of threads nor on how rows are cut into blocks. `plain` and `wasm-simd` kernels follow it and
 * agree in every bit; `onnxruntime` and the fused variant do not.
 */
export const SUM_RUN = 256;

/** The one heavy operation of the weight tests. */
export interface MatrixKernel {
  /** For the record: `plain`, `wasm-simd`, `wasm-simd x2`, `onnxruntime`. */
  readonly name: string;
  /** a (m × k) · bᵀ, with b (n × k): the m × n matrix of row inner products, accumulated in float32.
   *  Calls may overlap; they are worked off in order.
   *  @throws RangeError where the widths differ. */
  timesTransposed(a: Matrix, b: Matrix): Promise<Matrix>;
  /** Floating-point operations done so far (2·m·n·k a call). */
  readonly operations: number;
  /** Ends the kernel's threads. Not required before the process may end. */
  close(): Promise<void>;
}

/** @throws RangeError where the widths differ. */
export function requireSameWidth(a: Matrix, b: Matrix): void {
  if (a.columns !== b.columns)
    throw new RangeError(`widths differ: ${a.rows}×${a.columns} and ${b.rows}×${b.columns}`);
}
