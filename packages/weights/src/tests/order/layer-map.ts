import type { PairContext } from '../../context.ts';
import { type Matrix, matrix, row } from '../../matrix.ts';
import { mlpRole, mlpSource } from './mlp-source.ts';
import { similarityToAll, unitRows } from './unit-rows.ts';

/** Which layer of A each layer of B is compared with. */
export interface LayerMap {
  readonly referenceOf: readonly number[];
  readonly rule: 'same index' | 'most similar units';
}

/** At least this many units stand for a layer of A when layers are chosen by similarity. */
const LEAST_UNITS = 8;

/**
 * Equal depths: layer i with layer i. Otherwise each layer of B takes the layer of A whose sampled MLP
 * units find the closest partners in it: mean over units of (best cosine - mean cosine). The choice sees
 * all of B's units as a set and so is the same however they are ordered; p-values computed from order
 * afterwards need no correction for it. Computed once a pair.
 */
export function layerMap(pair: PairContext): Promise<LayerMap> {
  return pair.once('layer-map', async () => {
    const depthA = pair.reference.architecture.layers;
    const depthB = pair.subject.architecture.layers;
    const identity = Array.from({ length: Math.min(depthA, depthB) }, (_, layer) => layer);
    if (depthA === depthB) return { referenceOf: identity, rule: 'same index' };
    const stack = await stackedUnits(pair, depthA);
    if (stack === undefined) return { referenceOf: [], rule: 'most similar units' };
    const expert = pair.subject.architecture.experts > 0 ? 0 : undefined;
    const referenceOf: number[] = [];
    for (let layer = 0; layer < depthB; layer++) {
      pair.progress('choosing layers', layer / depthB);
      const source = mlpSource(pair.subject, mlpRole(pair), layer, expert);
      if (source === undefined || source.tensor.columns !== stack.rows.columns)
        referenceOf.push(layer % depthA);
      else referenceOf.push(closest(await similarityToAll(pair, stack.rows, source), stack.layerOf));
    }
    return { referenceOf, rule: 'most similar units' };
  });
}

/** Sampled units of every layer of A in one matrix: one product a layer of B screens them all. */
async function stackedUnits(
  pair: PairContext,
  depth: number,
): Promise<{ rows: Matrix; layerOf: number[] } | undefined> {
  const each = Math.max(LEAST_UNITS, Math.floor((2 * pair.parameters.unitsPerLayer) / depth));
  const expert = pair.reference.architecture.experts > 0 ? 0 : undefined;
  const parts: Matrix[] = [];
  const layerOf: number[] = [];
  for (let layer = 0; layer < depth; layer++) {
    const source = mlpSource(pair.reference, mlpRole(pair), layer, expert);
    if (source === undefined) continue;
    const chosen = pair.random(`layer-map/${layer}`).sample(source.tensor.rows, each);
    const rows = await unitRows(source, chosen);
    if (parts.length > 0 && rows.columns !== parts[0]!.columns) continue;
    parts.push(rows);
    for (let i = 0; i < rows.rows; i++) layerOf.push(layer);
  }
  if (parts.length === 0) return undefined;
  const rows = matrix(layerOf.length, parts[0]!.columns);
  let at = 0;
  for (const part of parts) {
    rows.data.set(part.data, at);
    at += part.data.length;
  }
  return { rows, layerOf };
}

function closest(similarity: Matrix, layerOf: readonly number[]): number {
  const sum = new Map<number, { total: number; count: number }>();
  layerOf.forEach((layer, i) => {
    const values = row(similarity, i);
    let best = Number.NEGATIVE_INFINITY;
    let mean = 0;
    for (const value of values) {
      if (value > best) best = value;
      mean += value / values.length;
    }
    const held = sum.get(layer) ?? { total: 0, count: 0 };
    sum.set(layer, { total: held.total + best - mean, count: held.count + 1 });
  });
  let chosen = 0;
  let top = Number.NEGATIVE_INFINITY;
  for (const [layer, { total, count }] of sum)
    if (total / count > top) {
      top = total / count;
      chosen = layer;
    }
  return chosen;
}
