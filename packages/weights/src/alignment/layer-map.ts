import { fisherCombine } from '@filiation/stats';
import type { PairContext } from '../context.ts';
import { CopyFinder, rowsToLookAt } from '../tests/order/copies.ts';
import { type Aligned, alignResidual } from './alignment.ts';
import { seekLayers } from './layer-search.ts';
import { residualRows, unitCount } from './residual-rows.ts';
import {
  agreementTail,
  type LayerMatch,
  type MatchedRoles,
  matchedRoles,
  matchLayer,
  shareAgreeing,
  twiceSmallest,
} from './unit-match.ts';

/** A subject layer counts as found in the reference at this log10 p, multiplicity paid. */
const LAYER_SHOWN = -4;

/** Which reference layer every subject layer's MLP was found in, and how surely. */
export interface UnitMatching {
  readonly roles: MatchedRoles;
  readonly alignment: Aligned['kind'];
  /** Best comparison of each subject layer. */
  readonly layers: readonly LayerMatch[];
  /** Reference layer of each subject layer, or null where none was found. */
  readonly layerMap: readonly (number | null)[];
  /** Share of matched units that agree: subject layer × reference layer; null where not computed. */
  readonly shares: readonly (readonly (number | null)[])[];
  /** log10 p of layers compared in place, where depths are equal. */
  readonly log10PInPlace: number | undefined;
  /** log10 p of layers sought among all, for those not found in place. */
  readonly log10PSought: number | undefined;
  /** Both looks paid for. */
  readonly log10P: number;
}

export type UnitMatchingResult = UnitMatching | { readonly reason: string };

/** Matches MLP units of all layers, once a pair. */
export function matchUnits(pair: PairContext): Promise<UnitMatchingResult> {
  return pair.once('alignment/units', () => match(pair));
}

async function match(pair: PairContext): Promise<UnitMatchingResult> {
  const alignment = await alignResidual(pair);
  if (alignment.kind === 'none') return { reason: alignment.reason };
  const roles = matchedRoles(pair);
  if (roles === undefined) return { reason: 'the models have no two MLP matrices in common' };
  const depth = pair.reference.architecture.layers;
  const depthB = pair.subject.architecture.layers;
  const inPlace: LayerMatch[] = [];
  if (depth === depthB)
    for (let layer = 0; layer < depth; layer++) {
      pair.progress(`matching units of layer ${layer}`, (0.5 * layer) / depth);
      inPlace.push(await matchLayer(pair, alignment, roles, { reference: layer, subject: layer }));
    }
  const missing = Array.from({ length: depthB }, (_, layer) => layer).filter(
    (layer) => (inPlace[layer]?.log10P ?? 0) > LAYER_SHOWN,
  );
  const shares: (number | null)[][] = Array.from({ length: depthB }, () => new Array(depth).fill(null));
  for (const found of inPlace) shares[found.subjectLayer]![found.referenceLayer] = shareAgreeing(found);
  const sought = await seekLayers(pair, alignment, roles, missing, shares);
  const layers = Array.from({ length: depthB }, (_, layer) => {
    const moved = sought.get(layer);
    return moved === undefined || (inPlace[layer]?.log10P ?? 1) <= moved.log10P ? inPlace[layer]! : moved;
  });
  const paid = (found: LayerMatch): number =>
    sought.get(found.subjectLayer) === found ? Math.min(0, found.log10P + Math.log10(depth)) : found.log10P;
  const copied = await copiedLayers(pair, roles);
  const own = inPlace.filter((found) => !copied.has(found.subjectLayer));
  const ownSought = [...sought.values()].filter((found) => !copied.has(found.subjectLayer));
  const log10PInPlace = own.length > 0 ? inPlaceTail(roles, own) : undefined;
  const log10PSought = ownSought.length > 0 ? fisherCombine(ownSought.map(paid)) : undefined;
  const looks = [log10PInPlace, log10PSought].filter((value) => value !== undefined);
  return {
    roles,
    alignment: alignment.kind,
    layers,
    layerMap: layers.map((found) => (paid(found) <= LAYER_SHOWN ? found.referenceLayer : null)),
    shares,
    log10PInPlace,
    log10PSought,
    // Equal depths allow two looks whether or not the second was needed.
    log10P: twiceSmallest(depth === depthB ? [0, ...looks].slice(-2) : looks),
  };
}

/** Subject layers that repeat an earlier one (a model deepened by repetition): what they show by chance
 *  they show again, so only the first of them counts. */
async function copiedLayers(pair: PairContext, roles: MatchedRoles): Promise<ReadonlySet<number>> {
  const finder = new CopyFinder(pair.kernel, pair.random('match/copies'));
  const copied = new Set<number>();
  for (let layer = 0; layer < pair.subject.architecture.layers; layer++) {
    const units = unitCount(pair.subject, roles.lead, layer);
    if (units === 0) continue;
    const rows = await residualRows(pair.subject, roles.lead, layer, rowsToLookAt(units));
    if (rows !== undefined && (await finder.isCopy(rows, units))) copied.add(layer);
  }
  return copied;
}

/** All layers in place at once: agreements of one role are added up over the layers. */
function inPlaceTail(roles: MatchedRoles, layers: readonly LayerMatch[]): number {
  return twiceSmallest(
    roles.others.map((role) => {
      const parts = layers.flatMap((layer) =>
        layer.agreements
          .filter((agreement) => agreement.role === role)
          .map(({ matched, hits }) => ({ units: layer.units, matched, hits })),
      );
      return agreementTail(
        parts,
        parts.reduce((sum, part) => sum + part.hits, 0),
      );
    }),
  );
}
