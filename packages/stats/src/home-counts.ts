import { logFactorial } from './gamma.ts';
import { LN10, logSumExp } from './log-space.ts';
import { logElementarySymmetric } from './symmetric-polynomials.ts';

/**
 * A set of n things of B whose labels are, under the null, a uniformly random permutation. Sources of A,
 * each with an own label (all different), are mapped to things of B without looking at labels.
 */
export interface HomeCountBlock {
  readonly n: number;
  /** For each distinct target the number of sources mapped to it; zeros are ignored. */
  readonly fibres: ArrayLike<number>;
}

/** Work limit of the exact convolution, in products; beyond it the closed bound answers. */
const MOST_PRODUCTS = 6e7;
/** Terms of an alternating sum below this share of the largest are nothing but rounding. */
const NOISE = 1e-9;

/**
 * Natural-log probabilities of 0 … max hits in one block, a hit being a source whose target carries the
 * source's own label. k given sources can all be hits only on distinct targets, so
 * S_k = E[C(hits, k)] = e_k(fibres) (n-k)!/n! with e_k the elementary symmetric polynomial, and
 * P(hits = j) = sum over k >= j of (-1)^(k-j) C(k, j) S_k. Successive terms shrink at least like
 * 1/(k+1-j), because e_(k+1)/e_k <= (m-k)/(k+1) for m <= n sources: the sum is well conditioned.
 */
export function homeCountPmf(block: HomeCountBlock, max: number): Float64Array {
  const targets = targetCount(block);
  const depth = Math.min(targets, max + 40);
  const logE = logElementarySymmetric(block.fibres, depth);
  const logS = new Float64Array(depth + 1);
  const ratio = new Float64Array(depth + 1);
  for (let k = 0; k <= depth; k++) logS[k] = logE[k]! + logFactorial(block.n - k) - logFactorial(block.n);
  for (let k = 0; k < depth; k++) ratio[k] = Math.exp(logE[k + 1]! - logE[k]!) / (block.n - k);
  const out = new Float64Array(max + 1).fill(Number.NEGATIVE_INFINITY);
  for (let j = 0; j <= Math.min(max, targets); j++) {
    let term = 1;
    let sum = 1;
    for (let k = j; k < depth && Math.abs(term) > 1e-18; k++) {
      term *= (-ratio[k]! * (k + 1)) / (k + 1 - j);
      sum += term;
    }
    if (sum > NOISE) out[j] = logS[j]! + Math.log(sum);
  }
  return out;
}

/**
 * log10 P(total hits >= hits) over independent blocks: exact, or the bound of `homeCountBound` where the
 * exact convolution would be too large (never below the exact value, so always a valid p-value).
 * @throws RangeError where fibres do not fit n or more hits are claimed than targets exist.
 */
export function homeCountTail(blocks: readonly HomeCountBlock[], hits: number): number {
  if (checkHits(blocks, hits) === 0) return 0;
  const most = lastUseful(blocks, hits);
  if (products(blocks, hits, most) > MOST_PRODUCTS) return homeCountBound(blocks, hits);
  return Math.min(0, logSumExp(totalPmf(blocks, hits, most)) / LN10);
}

/**
 * log10 of a closed upper bound on P(total hits >= hits). E[C(hits_l, k)] <= (m_l/n_l)^k / k! in each
 * block, hence E[C(F, k)] <= Λ^k / k! with Λ = sum of m_l/n_l, and by Markov
 * P(F >= K) <= E[C(F, k)] / C(K, k) = Λ^k (K-k)!/K!, least at K - k = floor(Λ).
 */
export function homeCountBound(blocks: readonly HomeCountBlock[], hits: number): number {
  if (checkHits(blocks, hits) === 0) return 0;
  const mean = expectedHits(blocks);
  const kept = Math.min(hits, Math.floor(mean));
  const log = (hits - kept) * Math.log(mean) + logFactorial(kept) - logFactorial(hits);
  return Math.min(0, log / LN10);
}

/** P(F > hits) + u · P(F = hits), linear scale: exactly uniform under the null for uniform u in [0, 1). */
export function randomisedHomeCountP(blocks: readonly HomeCountBlock[], hits: number, u: number): number {
  checkHits(blocks, hits);
  const log = totalPmf(blocks, hits, lastUseful(blocks, hits));
  let above = 0;
  for (let k = log.length - 1; k > 0; k--) above += Math.exp(log[k]!);
  return Math.min(1, above + u * Math.exp(log[0]!));
}

/** Natural-log P(F = k) for k = from … most, by convolving block after block; each partial sum keeps only
 *  the counts from which `from` can still be reached. */
function totalPmf(blocks: readonly HomeCountBlock[], from: number, most: number): Float64Array {
  let remaining = blocks.reduce((sum, block) => sum + targetCount(block), 0);
  let low = 0;
  let held: Float64Array = Float64Array.of(0);
  for (const block of blocks) {
    const targets = targetCount(block);
    remaining -= targets;
    const pmf = homeCountPmf(block, Math.min(targets, most));
    const nextLow = Math.max(0, from - remaining);
    const high = Math.min(most, low + held.length - 1 + targets);
    held = convolve(held, low, pmf, nextLow, high);
    low = nextLow;
  }
  return held.length > 0 ? held : Float64Array.of(Number.NEGATIVE_INFINITY);
}

function convolve(a: Float64Array, aLow: number, b: Float64Array, low: number, high: number): Float64Array {
  const out = new Float64Array(Math.max(0, high - low + 1));
  for (let k = low; k <= high; k++) {
    const first = Math.max(0, k - aLow - (b.length - 1));
    const last = Math.min(a.length - 1, k - aLow);
    let top = Number.NEGATIVE_INFINITY;
    for (let i = first; i <= last; i++) {
      const value = a[i]! + b[k - aLow - i]!;
      if (value > top) top = value;
    }
    let sum = 0;
    if (top !== Number.NEGATIVE_INFINITY)
      for (let i = first; i <= last; i++) {
        const below = a[i]! + b[k - aLow - i]! - top;
        if (below > -45) sum += Math.exp(below);
      }
    out[k - low] = sum === 0 ? Number.NEGATIVE_INFINITY : top + Math.log(sum);
  }
  return out;
}

/** Counts beyond this add less than 1e-20 of the tail: it falls faster than Poisson with mean Λ. */
function lastUseful(blocks: readonly HomeCountBlock[], hits: number): number {
  const mean = expectedHits(blocks);
  const targets = blocks.reduce((sum, block) => sum + targetCount(block), 0);
  return Math.min(targets, Math.ceil(Math.max(hits, mean) + 12 * Math.sqrt(mean) + 60));
}

function products(blocks: readonly HomeCountBlock[], from: number, most: number): number {
  let remaining = blocks.reduce((sum, block) => sum + targetCount(block), 0);
  let low = 0;
  let high = 0;
  let total = 0;
  for (const block of blocks) {
    const targets = targetCount(block);
    remaining -= targets;
    const nextLow = Math.max(0, from - remaining);
    const nextHigh = Math.min(most, high + targets);
    total += (nextHigh - nextLow + 1) * Math.min(high - low + 1, targets + 1);
    // Expanding the polynomial of the fibres above one costs this much again.
    total += Math.min(targets, most + 40) * targetCount(block, 2);
    low = nextLow;
    high = nextHigh;
  }
  return total;
}

function expectedHits(blocks: readonly HomeCountBlock[]): number {
  let mean = 0;
  for (const block of blocks)
    for (let i = 0; i < block.fibres.length; i++) mean += block.fibres[i]! / block.n;
  return mean;
}

function targetCount(block: HomeCountBlock, least = 1): number {
  let count = 0;
  for (let i = 0; i < block.fibres.length; i++) if (block.fibres[i]! >= least) count++;
  return count;
}

function checkHits(blocks: readonly HomeCountBlock[], hits: number): number {
  let possible = 0;
  for (const block of blocks) {
    let sources = 0;
    for (let i = 0; i < block.fibres.length; i++) {
      const size = block.fibres[i]!;
      if (!Number.isInteger(size) || size < 0) throw new RangeError(`a fibre has size ${size}`);
      sources += size;
    }
    if (!Number.isInteger(block.n) || sources > block.n)
      throw new RangeError(`${sources} sources in a block of ${block.n}`);
    possible += targetCount(block);
  }
  if (!Number.isInteger(hits) || hits < 0 || hits > possible)
    throw new RangeError(`${hits} hits on ${possible} targets`);
  return hits;
}
