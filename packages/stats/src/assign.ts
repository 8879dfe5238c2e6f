/**
 * Minimum-cost assignment of every row to its own column (rows <= columns), cost row-major. Jonker &
 * Volgenant 1987 for rectangles: row reduction, augmenting row reduction, then shortest augmenting paths
 * on reduced costs; O(rows² · columns) at worst.
 * @throws RangeError for rows > columns, a wrong length, or costs that are not finite.
 */
export function assign(cost: Float32Array | Float64Array, rows: number, columns: number): Int32Array {
  return assignWithPrices(cost, rows, columns).columnOf;
}

export interface PricedAssignment {
  readonly columnOf: Int32Array;
  /** Dual solution: cost[i][j] >= rowPrice[i] + columnPrice[j], equal on assigned pairs; columnPrice <= 0,
   *  and 0 on free columns. It certifies that the assignment is optimal. */
  readonly rowPrice: Float64Array;
  readonly columnPrice: Float64Array;
}

const FREE = -1;

/** `assign` with the dual prices that prove it optimal. */
export function assignWithPrices(
  cost: Float32Array | Float64Array,
  rows: number,
  columns: number,
): PricedAssignment {
  if (rows > columns || cost.length !== rows * columns)
    throw new RangeError(`no assignment of ${rows} rows to ${columns} columns with ${cost.length} costs`);
  for (let i = 0; i < cost.length; i++)
    if (!Number.isFinite(cost[i]!)) throw new RangeError(`cost ${i} is ${cost[i]}`);
  const columnOf = new Int32Array(rows).fill(FREE);
  const rowOf = new Int32Array(columns).fill(FREE);
  const columnPrice = new Float64Array(columns);
  let open = Array.from({ length: rows }, (_, i) => i);
  for (let pass = 0; pass < 2; pass++) open = reduceRows(cost, columns, open, columnOf, rowOf, columnPrice);
  for (const row of open) augment(cost, columns, row, columnOf, rowOf, columnPrice);
  const rowPrice = new Float64Array(rows);
  for (let i = 0; i < rows; i++) rowPrice[i] = cost[i * columns + columnOf[i]!]! - columnPrice[columnOf[i]!]!;
  return { columnOf, rowPrice, columnPrice };
}

/** Augmenting row reduction: each open row takes its cheapest column, lowers that column's price to its
 *  second best, and may push out the row that held it. Returns the rows still open. */
function reduceRows(
  cost: Float32Array | Float64Array,
  columns: number,
  open: readonly number[],
  columnOf: Int32Array,
  rowOf: Int32Array,
  columnPrice: Float64Array,
): number[] {
  const left: number[] = [];
  const queue = [...open];
  // Chains of tiny price cuts could go on for long: the path search finishes what this leaves.
  let budget = 4 * open.length + 16;
  for (let at = 0; at < queue.length; ) {
    const row = queue[at]!;
    let best = 0;
    let first = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    for (let j = 0, base = row * columns; j < columns; j++) {
      const value = cost[base + j]! - columnPrice[j]!;
      if (value >= second) continue;
      if (value < first) {
        second = first;
        first = value;
        best = j;
      } else second = value;
    }
    const holder = rowOf[best]!;
    const improves = second > first && second < Number.POSITIVE_INFINITY;
    if (holder !== FREE && !improves) {
      left.push(row);
      at++;
      continue;
    }
    if (improves) columnPrice[best]! -= second - first;
    columnOf[row] = best;
    rowOf[best] = row;
    if (holder === FREE) at++;
    else {
      columnOf[holder] = FREE;
      if (budget-- > 0) queue[at] = holder;
      else {
        left.push(holder);
        at++;
      }
    }
  }
  return left;
}

/** Dijkstra over columns by reduced cost from a free row to the nearest free column. */
function augment(
  cost: Float32Array | Float64Array,
  columns: number,
  start: number,
  columnOf: Int32Array,
  rowOf: Int32Array,
  columnPrice: Float64Array,
): void {
  const distance = new Float64Array(columns);
  const from = new Int32Array(columns).fill(start);
  const todo = Int32Array.from({ length: columns }, (_, j) => j);
  for (let j = 0; j < columns; j++) distance[j] = cost[start * columns + j]! - columnPrice[j]!;
  let scanned = 0;
  let end = FREE;
  let length = 0;
  while (end === FREE) {
    let pick = scanned;
    length = Number.POSITIVE_INFINITY;
    for (let t = scanned; t < columns; t++) {
      const value = distance[todo[t]!]!;
      if (value < length || (value === length && rowOf[todo[t]!] === FREE)) {
        length = value;
        pick = t;
      }
    }
    const column = todo[pick]!;
    todo[pick] = todo[scanned]!;
    todo[scanned++] = column;
    const row = rowOf[column]!;
    if (row === FREE) {
      end = column;
      break;
    }
    const base = row * columns;
    const shift = length - (cost[base + column]! - columnPrice[column]!);
    for (let t = scanned; t < columns; t++) {
      const j = todo[t]!;
      const through = cost[base + j]! - columnPrice[j]! + shift;
      if (through < distance[j]!) {
        distance[j] = through;
        from[j] = row;
      }
    }
  }
  for (let t = 0; t < scanned; t++) {
    const j = todo[t]!;
    columnPrice[j]! += distance[j]! - length;
  }
  for (let column = end; ; ) {
    const row = from[column]!;
    const previous = columnOf[row]!;
    rowOf[column] = row;
    columnOf[row] = column;
    if (row === start) return;
    column = previous;
  }
}
