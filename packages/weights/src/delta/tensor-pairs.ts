import type { CanonicalTensor, TensorRole } from '../canonical/model.ts';
import type { PairContext } from '../context.ts';
import type { StoredTensor } from '../store.ts';
import { type IndexPairs, keptUnits, vocabularyPairs } from './index-pairs.ts';
import { inPlace, type LayerMap, layerMap } from './layer-map.ts';
import { canonicalSide, placeKey, placeLabel, storedSide, type TensorSide } from './tensor-side.ts';

/** Two tensors that take the same place, and which of their rows and columns stand for each other. */
export interface TensorPair {
  readonly label: string;
  readonly role: TensorRole | undefined;
  readonly bias: boolean;
  /** Layer of the subject, and the layer of the reference it is compared with. */
  readonly layer: number | undefined;
  readonly referenceLayer: number | undefined;
  readonly reference: TensorSide;
  readonly subject: TensorSide;
  /** All rows (columns), in place, where absent. */
  readonly rows?: IndexPairs;
  readonly columns?: IndexPairs;
}

/** Everything that can be compared place by place, and what cannot. */
export interface TensorPairing {
  readonly pairs: readonly TensorPair[];
  readonly onlyInReference: readonly string[];
  readonly onlyInSubject: readonly string[];
  /** Present in both, of shapes that no map explains. */
  readonly incomparable: readonly string[];
  readonly layers: LayerMap;
}

/** Pairs tensors by role, layer and expert where both have roles, else by stored name and shape. */
export function tensorPairs(pair: PairContext): Promise<TensorPairing> {
  return pair.once('tensor-pairs', async () => {
    const layers = await layerMap(pair);
    const unitMaps = await movedUnits(pair, layers);
    const tokens = vocabularyPairs(pair);
    const byRole = pairByRole(pair, layers, unitMaps, tokens);
    const byName = pairByName(pair);
    return {
      pairs: [...byRole.pairs, ...byName.pairs],
      onlyInReference: [...byRole.onlyInReference, ...byName.onlyInReference],
      onlyInSubject: [...byRole.onlyInSubject, ...byName.onlyInSubject],
      incomparable: byRole.incomparable,
      layers,
    };
  });
}

/** Where MLP units were dropped, added or moved, which of them correspond. Strangers are not searched. */
async function movedUnits(pair: PairContext, layers: LayerMap): Promise<Map<number, IndexPairs>> {
  const maps = new Map<number, IndexPairs>();
  const resized = pair.reference.architecture.mlpSize !== pair.subject.architecture.mlpSize;
  if (layers.kin === false || (layers.kin === undefined && !resized)) return maps;
  for (const [layer, from] of layers.layers.entries()) {
    if (from < 0 || (!resized && (await inPlace(pair, 'mlp-up', from, layer)))) continue;
    const units = await keptUnits(pair, from, layer);
    if (units !== undefined) maps.set(layer, units);
  }
  return maps;
}

function pairByRole(
  pair: PairContext,
  layers: LayerMap,
  units: ReadonlyMap<number, IndexPairs>,
  tokens: IndexPairs | undefined,
): Omit<TensorPairing, 'layers'> {
  const left = new Map<string, CanonicalTensor>();
  for (const tensor of pair.reference.tensors) left.set(placeKey(tensor, tensor.layer), tensor);
  const pairs: TensorPair[] = [];
  const onlyInSubject: string[] = [];
  const incomparable: string[] = [];
  const used = new Set<string>();
  for (const b of pair.subject.tensors) {
    const from = b.layer === undefined ? undefined : layers.layers[b.layer];
    const key = placeKey(b, from);
    const a = left.get(key);
    const label = placeLabel(b.role, b.layer, b.expert, b.bias);
    if (a === undefined || from === -1) onlyInSubject.push(label);
    else {
      used.add(key);
      const maps = indexMaps(a, b, units.get(b.layer ?? -1), tokens);
      if (maps === undefined) incomparable.push(label);
      else
        pairs.push({
          label,
          role: b.role,
          bias: b.bias,
          layer: b.layer,
          referenceLayer: a.layer,
          reference: canonicalSide(pair.reference, a),
          subject: canonicalSide(pair.subject, b),
          ...maps,
        });
    }
  }
  const onlyInReference = [...left]
    .filter(([key]) => !used.has(key))
    .map(([, tensor]) => placeLabel(tensor.role, tensor.layer, tensor.expert, tensor.bias));
  return { pairs, onlyInReference, onlyInSubject, incomparable };
}

const VOCABULARY_ROWS: ReadonlySet<TensorRole> = new Set(['embedding', 'head']);
const UNIT_ROWS: ReadonlySet<TensorRole> = new Set(['mlp-gate', 'mlp-up']);
const UNIT_COLUMNS: ReadonlySet<TensorRole> = new Set(['mlp-down']);

/** Which rows and columns correspond; undefined where the shapes differ for no known reason. */
function indexMaps(
  a: CanonicalTensor,
  b: CanonicalTensor,
  units: IndexPairs | undefined,
  tokens: IndexPairs | undefined,
): { rows?: IndexPairs; columns?: IndexPairs } | undefined {
  const maps: { rows?: IndexPairs; columns?: IndexPairs } = {};
  if (VOCABULARY_ROWS.has(a.role) && !a.bias && tokens !== undefined)
    maps.rows = within(tokens, a.rows, b.rows);
  else if (UNIT_ROWS.has(a.role) && !a.bias && units !== undefined) maps.rows = units;
  else if (UNIT_COLUMNS.has(a.role) && !a.bias && units !== undefined) maps.columns = units;
  const rowsAgree = maps.rows === undefined ? a.rows === b.rows : maps.rows.reference.length > 0;
  const columnsAgree = maps.columns !== undefined || a.columns === b.columns;
  return rowsAgree && columnsAgree ? maps : undefined;
}

/** Embedding and head may have different padding. */
function within(tokens: IndexPairs, rowsA: number, rowsB: number): IndexPairs {
  const kept = [...tokens.reference.keys()].filter(
    (i) => tokens.reference[i]! < rowsA && tokens.subject[i]! < rowsB,
  );
  return {
    reference: Int32Array.from(kept, (i) => tokens.reference[i]!),
    subject: Int32Array.from(kept, (i) => tokens.subject[i]!),
  };
}

function pairByName(pair: PairContext): Omit<TensorPairing, 'layers' | 'incomparable'> {
  const name = (tensor: StoredTensor): string => `${tensor.name} [${tensor.shape.join('×')}]`;
  const left = new Map(pair.reference.unassigned.map((tensor) => [name(tensor), tensor]));
  const pairs: TensorPair[] = [];
  const onlyInSubject: string[] = [];
  for (const b of pair.subject.unassigned) {
    const a = left.get(name(b));
    if (a === undefined) onlyInSubject.push(b.name);
    else {
      left.delete(name(b));
      pairs.push({
        label: b.name,
        role: undefined,
        bias: false,
        layer: undefined,
        referenceLayer: undefined,
        reference: storedSide(pair.reference, a),
        subject: storedSide(pair.subject, b),
      });
    }
  }
  return { pairs, onlyInReference: [...left.values()].map((tensor) => tensor.name), onlyInSubject };
}
