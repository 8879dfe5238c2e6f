import { fisherCombine, mutualNearest } from '@filiation/stats';
import type { PairContext } from '../context.ts';
import { type Matrix, matrix } from '../matrix.ts';
import { type Aligned, alignResidual } from './alignment.ts';
import { type ResidualRole, residualRows, unitCount, unitPieces } from './residual-rows.ts';
import {
  agreementTail,
  compare,
  dropSigns,
  type LayerMatch,
  type MatchedRoles,
  matchedRoles,
  matchLayer,
  rowCosines,
  sampledUnits,
  twiceSmallest,
} from './unit-match.ts';

/** A subject layer counts as found in the reference at this log10 p, multiplicity paid. */
const LAYER_SHOWN = -4;
/** Units of a reference layer in the first look at all pairs of layers. */
const SCREENED_UNITS = 64;
/** Random directions to which wide residual streams are reduced in that look. */
const SCREENED_CHANNELS = 256;

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
  for (const found of inPlace) shares[found.subjectLayer]![found.referenceLayer] = share(found);
  const sought = await seek(pair, alignment, roles, missing, shares);
  const layers = Array.from({ length: depthB }, (_, layer) => {
    const moved = sought.get(layer);
    return moved === undefined || (inPlace[layer]?.log10P ?? 1) <= moved.log10P ? inPlace[layer]! : moved;
  });
  const paid = (found: LayerMatch): number =>
    sought.get(found.subjectLayer) === found ? Math.min(0, found.log10P + Math.log10(depth)) : found.log10P;
  const log10PInPlace = inPlace.length > 0 ? inPlaceTail(roles, inPlace) : undefined;
  const log10PSought = sought.size > 0 ? fisherCombine([...sought.values()].map(paid)) : undefined;
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

/** Looks for `missing` subject layers in every reference layer with few units, then compares the most
 *  promising reference layer in full. */
async function seek(
  pair: PairContext,
  alignment: Aligned,
  roles: MatchedRoles,
  missing: readonly number[],
  shares: (number | null)[][],
): Promise<Map<number, LayerMatch>> {
  const found = new Map<number, LayerMatch>();
  const depth = pair.reference.architecture.layers;
  if (missing.length === 0 || depth === 0) return found;
  const reduce = await reduction(pair, alignment);
  const screened: MatchedRoles = { lead: roles.lead, others: roles.others.slice(0, 1) };
  const sketches: Matrix[][] = [];
  for (let layer = 0; layer < depth; layer++) {
    const units = sampledUnits(pair, roles, layer, SCREENED_UNITS);
    const read = (role: ResidualRole) => residualRows(pair.reference, role, layer, units);
    sketches.push(
      await sketch(screened, async (role) => {
        const rows = await read(role);
        return rows === undefined ? undefined : await reduce.reference(rows);
      }),
    );
  }
  for (const [at, layer] of missing.entries()) {
    pair.progress(`looking for layer ${layer} among all`, 0.5 + (0.5 * at) / missing.length);
    const subject = await sketch(screened, (role) => sketchSubject(pair, role, layer, reduce.subject));
    let best = 0;
    let bestP = Number.POSITIVE_INFINITY;
    for (let other = 0; other < depth; other++) {
      const agreement = await screen(pair, screened, sketches[other]!, subject, `${other}/${layer}`);
      if (agreement === undefined) continue;
      shares[layer]![other] ??= agreement.matched === 0 ? 0 : agreement.hits / agreement.matched;
      if (agreement.log10P >= bestP) continue;
      best = other;
      bestP = agreement.log10P;
    }
    const full = await matchLayer(pair, alignment, roles, { reference: best, subject: layer });
    shares[layer]![best] = share(full);
    found.set(layer, full);
  }
  return found;
}

/** All units of a subject layer in the reduced space. */
async function sketchSubject(
  pair: PairContext,
  role: ResidualRole,
  layer: number,
  reduce: (rows: Matrix) => Promise<Matrix>,
): Promise<Matrix | undefined> {
  const count = unitCount(pair.subject, role, layer);
  let out: Matrix | undefined;
  for await (const piece of unitPieces(pair.subject, role, layer, pair.parameters.memoryBytes)) {
    const reduced = await reduce(piece.rows);
    out ??= matrix(count, reduced.columns);
    out.data.set(reduced.data, piece.start * reduced.columns);
  }
  return out;
}

async function screen(
  pair: PairContext,
  roles: MatchedRoles,
  reference: readonly Matrix[],
  subject: readonly Matrix[],
  label: string,
): Promise<ReturnType<typeof compare> | undefined> {
  if (reference.length < 2 || subject.length < 2) return undefined;
  const partners: Int32Array[] = [];
  for (const [at, a] of reference.entries()) {
    const similarity = await rowCosines(pair, a, subject[at]!);
    if (at > 0) dropSigns(similarity);
    const tie = pair.random(`screening/${label}/${at}`);
    partners.push(mutualNearest(similarity.data, similarity.rows, similarity.columns, tie));
  }
  const size = subject[0]!.rows;
  const unshuffled = Int32Array.from({ length: size }, (_, unit) => unit);
  return compare(roles.others[0]!, partners[0]!, partners[1]!, size, unshuffled);
}

/** One matrix a role; fewer where the layer lacks one. */
async function sketch(
  roles: MatchedRoles,
  read: (role: ResidualRole) => Promise<Matrix | undefined>,
): Promise<Matrix[]> {
  const out: Matrix[] = [];
  for (const role of [roles.lead, ...roles.others]) {
    const rows = await read(role);
    if (rows !== undefined) out.push(rows);
  }
  return out;
}

/** Brings rows of both models into one space of at most `SCREENED_CHANNELS` dimensions: the subject's
 *  basis itself, or the same random directions seen from either basis. */
async function reduction(
  pair: PairContext,
  alignment: Aligned,
): Promise<{ reference(rows: Matrix): Promise<Matrix>; subject(rows: Matrix): Promise<Matrix> }> {
  if (alignment.subjectSize <= SCREENED_CHANNELS)
    return { reference: alignment.toSubject, subject: (rows) => Promise.resolve(rows) };
  const stream = pair.random('screening/directions');
  const directions = matrix(SCREENED_CHANNELS, alignment.referenceSize);
  for (let i = 0; i < directions.data.length; i++) directions.data[i] = stream.normal();
  const turned = await alignment.toSubject(directions);
  return {
    reference: (rows) => pair.kernel.timesTransposed(rows, directions),
    subject: (rows) => pair.kernel.timesTransposed(rows, turned),
  };
}

function share(found: LayerMatch): number {
  const matched = Math.max(0, ...found.agreements.map((agreement) => agreement.matched));
  const hits = Math.max(0, ...found.agreements.map((agreement) => agreement.hits));
  return matched === 0 ? 0 : hits / matched;
}
