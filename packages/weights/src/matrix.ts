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

export function transpose(m: Matrix): Matrix {
  const out = new Float32Array(m.data.length);
  for (let i = 0; i < m.rows; i++)
    for (let j = 0; j < m.columns; j++) out[j * m.rows + i] = m.data[i * m.columns + j]!;
  return { rows: m.columns, columns: m.rows, data: out };
}

export function selectRows(m: Matrix, indices: ArrayLike<number>): Matrix {
  const out = matrix(indices.length, m.columns);
  for (let i = 0; i < indices.length; i++) out.data.set(row(m, indices[i]!), i * m.columns);
  return out;
}
