/** How alike two ordered merge lists are. */
export interface MergeOrder {
  /** Rules that both lists have. */
  readonly shared: number;
  /** Rules at the start that are the same in the same order. */
  readonly commonPrefix: number;
  /** Kendall's tau of the shared rules' order, in [−1, 1]; undefined for fewer than two. */
  readonly tau: number | undefined;
}

/** Lists without repeated rules are expected; of repeated ones the first counts. */
export function compareMerges(a: readonly string[], b: readonly string[]): MergeOrder {
  const length = Math.min(a.length, b.length);
  let commonPrefix = 0;
  while (commonPrefix < length && a[commonPrefix] === b[commonPrefix]) commonPrefix++;
  const places = new Map<string, number>();
  b.forEach((rule, place) => {
    if (!places.has(rule)) places.set(rule, place);
  });
  const order: number[] = [];
  for (const rule of new Set(a)) {
    const place = places.get(rule);
    if (place !== undefined) order.push(place);
  }
  const pairs = (order.length * (order.length - 1)) / 2;
  const tau = pairs === 0 ? undefined : 1 - (2 * inversions(Float64Array.from(order))) / pairs;
  return { shared: order.length, commonPrefix, tau };
}

/** Pairs out of order, by bottom-up merge sort: n log n, where counting pairs would be n². */
export function inversions(values: Float64Array): number {
  let from = values.slice();
  let to = new Float64Array(values.length);
  let count = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let low = 0; low < values.length; low += 2 * width)
      count += mergeRuns(
        from,
        to,
        low,
        Math.min(low + width, values.length),
        Math.min(low + 2 * width, values.length),
      );
    [from, to] = [to, from];
  }
  return count;
}

function mergeRuns(from: Float64Array, to: Float64Array, low: number, middle: number, high: number): number {
  let left = low;
  let right = middle;
  let count = 0;
  for (let at = low; at < high; at++) {
    if (left < middle && (right >= high || from[left]! <= from[right]!)) to[at] = from[left++]!;
    else {
      // Everything still waiting on the left is larger and stood before.
      count += middle - left;
      to[at] = from[right++]!;
    }
  }
  return count;
}
