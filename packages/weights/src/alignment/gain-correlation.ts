import type { CanonicalModel, TensorRole } from '../canonical/model.ts';
import type { PairContext } from '../context.ts';
import type { Aligned } from './alignment.ts';

/** Standard deviation under which gains are constant: folded into the matrices, or untrained. */
const CONSTANT = 1e-4;

/**
 * Mean correlation of the norm gains of corresponding layers. Gains start at exactly 1, so that what they
 * share is learned. Null where channels do not correspond one to one or gains are constant.
 */
export async function gainCorrelation(
  pair: PairContext,
  alignment: Aligned,
  layerMap: readonly (number | null)[],
): Promise<number | null> {
  const { channels } = alignment;
  if (channels === undefined) return null;
  const found: number[] = [];
  for (const [subject, reference] of layerMap.entries()) {
    if (reference === null) continue;
    for (const role of ['attention-norm', 'mlp-norm'] as const) {
      const a = await gains(pair.reference, role, reference);
      const b = await gains(pair.subject, role, subject);
      if (a === undefined || b === undefined) continue;
      const kept = [...a.keys()].filter((j) => (channels.subject[j] ?? -1) >= 0);
      const value = correlation(
        kept.map((j) => a[j]!),
        kept.map((j) => b[channels.subject[j]!]!),
      );
      if (value !== undefined) found.push(value);
    }
  }
  return found.length === 0 ? null : found.reduce((sum, value) => sum + value, 0) / found.length;
}

async function gains(
  model: CanonicalModel,
  role: TensorRole,
  layer: number,
): Promise<Float32Array | undefined> {
  const tensor = model.find(role, layer);
  return tensor === undefined ? undefined : (await model.read(tensor)).data;
}

function correlation(a: readonly number[], b: readonly number[]): number | undefined {
  const n = a.length;
  if (n < 3) return undefined;
  const meanA = a.reduce((sum, value) => sum + value, 0) / n;
  const meanB = b.reduce((sum, value) => sum + value, 0) / n;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < n; i++) {
    ab += (a[i]! - meanA) * (b[i]! - meanB);
    aa += (a[i]! - meanA) ** 2;
    bb += (b[i]! - meanB) ** 2;
  }
  if (Math.sqrt(aa / n) < CONSTANT || Math.sqrt(bb / n) < CONSTANT) return undefined;
  return ab / Math.sqrt(aa * bb);
}
