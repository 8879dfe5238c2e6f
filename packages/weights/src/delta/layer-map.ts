import type { CanonicalModel, TensorRole } from '../canonical/model.ts';
import type { PairContext } from '../context.ts';

/** Layer of the reference that each layer of the subject is compared with. */
export interface LayerMap {
  /** Index: layer of the subject; value: layer of the reference, -1 where none resembles it. */
  readonly layers: Int32Array;
  /** `same-index`: nothing resembled anything, or every layer resembled its namesake best. */
  readonly by: 'same-index' | 'similarity';
  /** Whether some layers resembled each other; undefined where no role could be compared. */
  readonly kin: boolean | undefined;
}

/** Roles whose rows pruning and tuning leave in place, cheapest first. */
const PROBES: readonly TensorRole[] = ['attention-v', 'attention-k', 'attention-q', 'mlp-up'];
/** Rows of a tensor that a probe reads. */
const PROBE_ROWS = 16;
/** Cosine from which rows in the same place count as kin; strangers stay below 0.1. */
export const KIN: number = 0.4;

/** Maps layers by the cosine of rows in the same place: enough where nothing was disguised. */
export async function layerMap(pair: PairContext): Promise<LayerMap> {
  const { reference, subject } = pair;
  const namesake = Int32Array.from({ length: subject.architecture.layers }, (_, layer) =>
    layer < reference.architecture.layers ? layer : -1,
  );
  const role = PROBES.find((probe) => sameShape(reference, subject, probe));
  if (role === undefined) return { layers: namesake, by: 'same-index', kin: undefined };
  const [a, b] = await Promise.all([probes(reference, role), probes(subject, role)]);
  const similarity = b.map((rowsB) => a.map((rowsA) => cosine(rowsA, rowsB)));
  if (!similarity.some((values) => values.some((value) => value > KIN)))
    return { layers: namesake, by: 'same-index', kin: false };
  const layers = Int32Array.from(similarity, (values, layer) => {
    const best = values.indexOf(Math.max(...values));
    // a namesake as good as any other keeps its place: layers of equal weights are not re-ordered
    if ((values[layer] ?? -1) >= values[best]! - 1e-6) return layer;
    return values[best]! > KIN ? best : -1;
  });
  return {
    layers,
    by: layers.every((from, layer) => from === layer) ? 'same-index' : 'similarity',
    kin: true,
  };
}

function sameShape(a: CanonicalModel, b: CanonicalModel, role: TensorRole): boolean {
  const [x, y] = [a.find(role, 0), b.find(role, 0)];
  return x !== undefined && y !== undefined && x.rows === y.rows && x.columns === y.columns;
}

/** First rows of a role in every layer; empty where a layer has none. */
async function probes(model: CanonicalModel, role: TensorRole): Promise<Float32Array[]> {
  const out: Float32Array[] = [];
  for (let layer = 0; layer < model.architecture.layers; layer++) out.push(await probe(model, role, layer));
  return out;
}

async function probe(model: CanonicalModel, role: TensorRole, layer: number): Promise<Float32Array> {
  const tensor = model.find(role, layer);
  const rows = Int32Array.from({ length: Math.min(PROBE_ROWS, tensor?.rows ?? 0) }, (_, i) => i);
  return tensor === undefined ? new Float32Array(0) : (await model.read(tensor, { rows })).data;
}

/** Whether the first rows of a role resemble each other in place. */
export async function inPlace(
  pair: PairContext,
  role: TensorRole,
  layerA: number,
  layerB: number,
): Promise<boolean> {
  return cosine(await probe(pair.reference, role, layerA), await probe(pair.subject, role, layerB)) > KIN;
}

export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length || a.length === 0) return 0;
  let [dot, x, y] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    x += a[i]! ** 2;
    y += b[i]! ** 2;
  }
  return x > 0 && y > 0 && Number.isFinite(dot) ? dot / Math.sqrt(x * y) : 0;
}
