/** Maps data to positions. Callers give finite numbers; a scale of no extent puts all in the middle. */
export type Scale = (value: number) => number;

export function linearScale(low: number, high: number, from: number, to: number): Scale {
  // Halved, because the difference of two finite numbers may not be finite.
  const extent = high / 2 - low / 2;
  if (extent === 0) return () => (from + to) / 2;
  return (value) => from + ((value / 2 - low / 2) / extent) * (to - from);
}

/** Logarithmic in positive values; smaller ones are put at `low`. */
export function logScale(low: number, high: number, from: number, to: number): Scale {
  const inner = linearScale(Math.log10(low), Math.log10(high), from, to);
  return (value) => inner(Math.log10(Math.max(low, value)));
}

/** Logarithmic in 1 + value: 0 has a place, small counts stay apart, and large ones still fit. */
export function countScale(high: number, from: number, to: number): Scale {
  const inner = linearScale(0, Math.log10(1 + Math.max(1, high)), from, to);
  return (value) => inner(Math.log10(1 + Math.max(0, value)));
}

/** Round values from `low` to `high`, about `count` of them. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const raw = high / Math.max(1, count) - low / Math.max(1, count);
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = unit * ([1, 2, 5, 10].find((factor) => factor * unit >= raw) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Products of a decimal step carry rounding dust: 0.30000000000000004.
  const decimals = Math.max(0, Math.min(100, -Math.floor(Math.log10(step))));
  const marks = Array.from({ length: last - first + 1 }, (_, at) =>
    Number(((first + at) * step).toFixed(decimals)),
  );
  return marks.length > 0 ? marks : [low];
}

/** Powers of ten from `low` to `high`, at most about `count` of them. */
export function decadeTicks(low: number, high: number, count: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const step = Math.max(1, Math.ceil((last - first + 1) / count));
  const decades: number[] = [];
  for (let exponent = first; exponent <= last; exponent += step) decades.push(Number(`1e${exponent}`));
  return decades;
}

/** Ticks for {@link countScale}: 0, 1, 2, 3, 5, 10, 20, 50 … as far as they stay `gap` apart. */
export function countTicks(high: number, scale: Scale, gap: number): number[] {
  const kept = [0];
  for (let decade = 1; decade <= high; decade *= 10)
    for (const factor of decade === 1 ? [1, 2, 3, 5] : [1, 2, 5]) {
      const tick = factor * decade;
      if (tick <= high && scale(tick) - scale(kept.at(-1) ?? 0) >= gap) kept.push(tick);
    }
  return kept;
}

/** Lowest and highest of the finite values; undefined where there is none. */
export function extent(values: Iterable<number>): [low: number, high: number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

/** Both ends moved outwards by a share of the extent; a single value gets room by its own size. */
export function widened([low, high]: readonly [number, number], share: number): [low: number, high: number] {
  const most = Number.MAX_VALUE;
  const margin = Math.min(
    most,
    high > low ? share * high - share * low : Math.max(1e-9, share * Math.abs(low)),
  );
  return [Math.max(-most, low - margin), Math.min(most, high + margin)];
}

/** At most `limit` indices of 0 … length - 1, evenly spread, both ends among them. */
export function spread(length: number, limit: number): number[] {
  if (length <= limit) return Array.from({ length }, (_, index) => index);
  return Array.from({ length: limit }, (_, index) => Math.round((index * (length - 1)) / (limit - 1)));
}
