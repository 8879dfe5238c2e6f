/** Ranks from 1, ties sharing their mean rank. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const out = new Float64Array(n);
  for (let i = 0; i < n; ) {
    let end = i + 1;
    while (end < n && values[order[end]!] === values[order[i]!]) end++;
    for (let j = i; j < end; j++) out[order[j]!] = (i + 1 + end) / 2;
    i = end;
  }
  return out;
}

/** Spearman's rank correlation, mid-ranks for ties; 0 where one side is constant.
 *  @throws RangeError for different lengths or fewer than two values. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length < 2)
    throw new RangeError(`need two lists of one length >= 2, got ${a.length} and ${b.length}`);
  const x = ranks(a);
  const y = ranks(b);
  const mean = (a.length + 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    xy += (x[i]! - mean) * (y[i]! - mean);
    xx += (x[i]! - mean) ** 2;
    yy += (y[i]! - mean) ** 2;
  }
  return xx === 0 || yy === 0 ? 0 : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}
