/** Row-major float32 matrix: element (i, j) is `data[i * columns + j]`. A vector has one row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

export function matrix(rows: number, columns: number, data?: Float32Array): Matrix {
  return { rows, columns, data: data ?? new Float32Array(rows * columns) };
}

export function row(m: Matrix, index: number): Float32Array {
  return m.data.subarray(index * m.columns, (index + 1) * m.columns);
}

/** Edge of the squares that `transpose` turns at a time: both sides stay in the first-level cache. */
const SQUARE = 32;

export function transpose({ rows, columns, data }: Matrix): Matrix {
  const out = new Float32Array(data.length);
  for (let top = 0; top < rows; top += SQUARE)
    for (let left = 0; left < columns; left += SQUARE) {
      const bottom = Math.min(rows, top + SQUARE);
      const right = Math.min(columns, left + SQUARE);
      for (let i = top; i < bottom; i++)
        for (let j = left; j < right; j++) out[j * rows + i] = data[i * columns + j]!;
    }
  return { rows: columns, columns: rows, data: out };
}

export function selectRows(m: Matrix, indices: ArrayLike<number>): Matrix {
  const out = matrix(indices.length, m.columns);
  for (let i = 0; i < indices.length; i++) out.data.set(row(m, indices[i]!), i * m.columns);
  return out;
}

/** The rows of all parts, one part below the other. @throws RangeError where their widths differ. */
export function stackRows(parts: readonly Matrix[]): Matrix {
  const columns = parts[0]?.columns ?? 0;
  const out = matrix(
    parts.reduce((sum, part) => sum + part.rows, 0),
    columns,
  );
  let at = 0;
  for (const part of parts) {
    if (part.columns !== columns) throw new RangeError(`rows of ${part.columns} below rows of ${columns}`);
    out.data.set(part.data, at);
    at += part.data.length;
  }
  return out;
}
