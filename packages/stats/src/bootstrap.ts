import { normalQuantile } from './quantiles.ts';
import type { RandomStream } from './random.ts';
import { log10NormalTail } from './tails.ts';

/** A statistic with a bootstrap interval. */
export interface ClusterInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly method: 'percentile' | 'bca';
  /** Standard deviation over resamples. */
  readonly standardError: number;
  /** Clusters drawn from: the true sample size. Below about ten, intervals are too narrow. */
  readonly clusters: number;
  /** Resamples on which the statistic could be computed. */
  readonly resamples: number;
}

export interface BootstrapOptions {
  readonly random: RandomStream;
  /** 2000 by default. */
  readonly resamples?: number;
  /** 0.95 by default. */
  readonly level?: number;
  /** 'bca' (bias-corrected and accelerated, Efron 1987) by default; 'percentile' where jackknifing is dear. */
  readonly method?: 'percentile' | 'bca';
}

/**
 * Interval of a statistic over cases that each belong to ONE cluster (a model family): whole clusters are
 * drawn with replacement. Right where no two clusters share anything. Where cases are pairs of models and
 * several pairs share a model, use `pairBootstrap`: calling each pair its own cluster, or drawing clusters
 * of pairs that share models across clusters, gives intervals that are too narrow.
 * BCa: quantiles at Φ(z0 + (z0 + z)/(1 - a (z0 + z))) with z0 from the share of resamples below the value
 * and a = Σ d³ / (6 (Σ d²)^1.5) over leave-one-cluster-out differences. NaN resamples are not counted.
 * @throws RangeError for no cases, fewer than two clusters, a level outside (0, 1), or a value that is NaN.
 */
export function clusterBootstrap<T>(
  cases: readonly T[],
  clusterOf: (item: T) => string,
  statistic: (cases: readonly T[]) => number,
  options: BootstrapOptions,
): ClusterInterval {
  const names = cases.map(clusterOf);
  const clusters = new Set(names).size;
  const at = numbering(names);
  const members: T[][] = Array.from({ length: clusters }, () => []);
  cases.forEach((item, i) => {
    members[at[i]!]!.push(item);
  });
  const draw = (random: RandomStream): T[] => members.flatMap(() => members[random.integer(clusters)]!);
  const without = (left: number): T[] => members.flatMap((group, i) => (i === left ? [] : group));
  return interval(cases, clusters, draw, without, statistic, options);
}

/**
 * Interval of a statistic over cases that belong to TWO clusters each, by the pigeonhole bootstrap (Owen
 * 2007; for pairs from one set the vertex bootstrap of Snijders & Borgatti 1999). `pools: 'one'`: cases are
 * pairs from one set of models, both ends are drawn together, and a pair of clusters drawn m and k times
 * counts m · k times (a case inside one cluster m times). `pools: 'two'`: the ends come from different sets
 * (models and prompts, references and subjects), drawn apart. Somewhat wide rather than narrow: noise of
 * single pairs is counted up to three times, which vanishes beside the clusters' own spread.
 * BCa's acceleration then comes from leaving out each cluster of either side in turn.
 * @throws RangeError as `clusterBootstrap`.
 */
export function pairBootstrap<T>(
  cases: readonly T[],
  clustersOf: (item: T) => readonly [string, string],
  statistic: (cases: readonly T[]) => number,
  options: BootstrapOptions & { readonly pools: 'one' | 'two' },
): ClusterInterval {
  const ends = cases.map((item) => {
    const [first, second] = clustersOf(item);
    return options.pools === 'one' ? [first, second] : [`1 ${first}`, `2 ${second}`];
  });
  const at = numbering(ends.flat());
  const firsts = ends.map((_, i) => at[2 * i]!);
  const seconds = ends.map((_, i) => at[2 * i + 1]!);
  const clusters = new Set(at).size;
  const pools = options.pools === 'one' ? [[...new Set(at)]] : [[...new Set(firsts)], [...new Set(seconds)]];
  const draw = (random: RandomStream): T[] => {
    const times = new Uint32Array(clusters);
    for (const pool of pools) for (const _ of pool) times[pool[random.integer(pool.length)]!]!++;
    const drawn: T[] = [];
    cases.forEach((item, i) => {
      const [first, second] = [firsts[i]!, seconds[i]!];
      const copies = first === second ? times[first]! : times[first]! * times[second]!;
      for (let c = 0; c < copies; c++) drawn.push(item);
    });
    return drawn;
  };
  const without = (left: number): T[] => cases.filter((_, i) => firsts[i] !== left && seconds[i] !== left);
  const smallest = pools.reduce((least, pool) => Math.min(least, pool.length), clusters);
  if (smallest < 2) throw new RangeError(`no interval from ${smallest} cluster on one side`);
  return { ...interval(cases, clusters, draw, without, statistic, options), clusters: smallest };
}

/** Each name's number, by first appearance. */
function numbering(names: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return names.map((name) => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  });
}

function interval<T>(
  cases: readonly T[],
  clusters: number,
  draw: (random: RandomStream) => T[],
  without: (cluster: number) => T[],
  statistic: (cases: readonly T[]) => number,
  options: BootstrapOptions,
): ClusterInterval {
  const { random, resamples = 2000, level = 0.95, method = 'bca' } = options;
  if (clusters < 2 || !(level > 0 && level < 1) || !Number.isSafeInteger(resamples) || resamples < 1)
    throw new RangeError(`no interval of level ${level} from ${clusters} clusters in ${resamples} resamples`);
  const value = statistic(cases);
  if (Number.isNaN(value)) throw new RangeError('the statistic of all cases is NaN');
  const drawn = Array.from({ length: resamples }, () => statistic(draw(random)));
  const values = drawn.filter((each) => !Number.isNaN(each)).sort((a, b) => a - b);
  if (values.length === 0) throw new RangeError('the statistic of every resample is NaN');
  let [low, high] = [(1 - level) / 2, (1 + level) / 2];
  if (method === 'bca') {
    const bias = biasOf(value, values);
    const left = Array.from({ length: clusters }, (_, i) => statistic(without(i)));
    const a = accelerationOf(left.filter((each) => Number.isFinite(each)));
    [low, high] = [corrected(low, bias, a), corrected(high, bias, a)];
  }
  const standardError = deviationOf(values);
  const ends = { low: quantile(values, low), high: quantile(values, high) };
  return { value, ...ends, level, method, standardError, clusters, resamples: values.length };
}

/** z0: normal deviate of the share of resamples below the value, ties counting half. */
function biasOf(value: number, sorted: readonly number[]): number {
  const below = sorted.filter((each) => each < value).length;
  const ties = sorted.filter((each) => each === value).length;
  const share = (below + ties / 2) / sorted.length;
  const least = 0.5 / sorted.length;
  return -normalQuantile(Math.log10(Math.min(1 - least, Math.max(least, share))));
}

function accelerationOf(leftOut: readonly number[]): number {
  const mean = leftOut.reduce((sum, each) => sum + each, 0) / leftOut.length;
  let [squares, cubes] = [0, 0];
  for (const each of leftOut) {
    squares += (mean - each) ** 2;
    cubes += (mean - each) ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

function corrected(level: number, bias: number, acceleration: number): number {
  const z = bias - normalQuantile(Math.log10(level));
  const shrink = 1 - acceleration * z;
  if (shrink <= 0) return z > 0 ? 1 : 0;
  return 10 ** log10NormalTail(-(bias + z / shrink));
}

/** Order statistic at q (B + 1), linearly between neighbours. */
function quantile(sorted: readonly number[], q: number): number {
  const at = Math.min(sorted.length - 1, Math.max(0, q * (sorted.length + 1) - 1));
  const floor = Math.floor(at);
  const [here, next] = [sorted[floor]!, sorted[Math.min(floor + 1, sorted.length - 1)]!];
  return here === next ? here : here + (at - floor) * (next - here);
}

function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  return Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1));
}
