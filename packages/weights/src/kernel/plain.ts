import { type Matrix, matrix } from '../matrix.ts';
import { type MatrixKernel, requireSameWidth, SUM_RUN } from './kernel.ts';

/** Reference kernel in plain loops: what the fast ones are checked against. */
export function plainKernel(): MatrixKernel {
  let operations = 0;
  return {
    name: 'plain',
    get operations() {
      return operations;
    },
    async timesTransposed(a: Matrix, b: Matrix): Promise<Matrix> {
      requireSameWidth(a, b);
      operations += 2 * a.rows * b.rows * a.columns;
      return multiply(a, b);
    },
    close: () => Promise.resolve(),
  };
}

/** Four rows of b at a time: one load of a serves four sums. */
function multiply(a: Matrix, b: Matrix): Matrix {
  const width = a.columns;
  const out = matrix(a.rows, b.rows);
  const { fround } = Math;
  const y = b.data;
  for (let start = 0; start < width; start += SUM_RUN) {
    const end = Math.min(width, start + SUM_RUN);
    for (let i = 0; i < a.rows; i++) {
      const x = a.data.subarray(i * width, (i + 1) * width);
      const target = i * b.rows;
      let j = 0;
      for (; j + 4 <= b.rows; j += 4) {
        const at = j * width;
        let s0 = 0;
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        for (let t = start; t < end; t++) {
          const v = x[t]!;
          s0 = fround(s0 + fround(v * y[at + t]!));
          s1 = fround(s1 + fround(v * y[at + width + t]!));
          s2 = fround(s2 + fround(v * y[at + 2 * width + t]!));
          s3 = fround(s3 + fround(v * y[at + 3 * width + t]!));
        }
        out.data[target + j]! += s0;
        out.data[target + j + 1]! += s1;
        out.data[target + j + 2]! += s2;
        out.data[target + j + 3]! += s3;
      }
      for (; j < b.rows; j++) {
        let sum = 0;
        for (let t = start; t < end; t++) sum = fround(sum + fround(x[t]! * y[j * width + t]!));
        out.data[target + j]! += sum;
      }
    }
  }
  return out;
}
