import { mutualNearest } from '@filiation/stats';
import type { PairContext } from '../context.ts';
import { type Matrix, matrix, stackRows } from '../matrix.ts';
import type { Aligned } from './alignment.ts';
import { type ResidualRole, residualRows, unitCount, unitPieces } from './residual-rows.ts';
import {
  type Agreement,
  compare,
  dropSigns,
  type LayerMatch,
  type MatchedRoles,
  matchLayer,
  rowCosines,
  sampledUnits,
  shareAgreeing,
} from './unit-match.ts';

/** Units of a reference layer in the first look at all pairs of layers. */
const SCREENED_UNITS = 64;
/** Random directions to which wide residual streams are reduced in that look. */
const SCREENED_CHANNELS = 256;
/** Share of the memory bound for the similarities of one look. */
const SIMILARITY_SHARE = 1 / 4;

/**
 * Looks for `missing` subject layers in every reference layer with few units, then compares the most
 * promising reference layer in full. Fills in `shares` (subject layer × reference layer).
 */
export async function seekLayers(
  pair: PairContext,
  alignment: Aligned,
  roles: MatchedRoles,
  missing: readonly number[],
  shares: (number | null)[][],
): Promise<Map<number, LayerMatch>> {
  const found = new Map<number, LayerMatch>();
  if (missing.length === 0 || pair.reference.architecture.layers === 0) return found;
  const reduce = await reduction(pair, alignment);
  const screened = [roles.lead, roles.others[0]!] as const;
  const sketches = await referenceSketches(pair, roles, screened, reduce.reference);
  for (const [at, layer] of missing.entries()) {
    pair.progress(`looking for layer ${layer} among all`, 0.5 + (0.5 * at) / missing.length);
    let best = 0;
    let bestP = Number.POSITIVE_INFINITY;
    for (const { other, agreement } of await screen(pair, screened, sketches, reduce.subject, layer)) {
      shares[layer]![other] ??= agreement.matched === 0 ? 0 : agreement.hits / agreement.matched;
      if (agreement.log10P >= bestP) continue;
      best = other;
      bestP = agreement.log10P;
    }
    const full = await matchLayer(pair, alignment, roles, { reference: best, subject: layer });
    shares[layer]![best] = shareAgreeing(full);
    found.set(layer, full);
  }
  return found;
}

type Reduce = (rows: Matrix) => Promise<Matrix>;
/** The leading role and the one whose matching has to agree with it. */
type Screened = readonly [ResidualRole, ResidualRole];

/** Sampled units of several reference layers, one below the other: one product looks for all of them. */
interface SketchGroup {
  readonly layers: readonly { readonly layer: number; readonly from: number; readonly to: number }[];
  readonly rows: readonly Matrix[];
}

/** Layers that lack one of the roles are left out. */
async function referenceSketches(
  pair: PairContext,
  roles: MatchedRoles,
  screened: Screened,
  reduce: Reduce,
): Promise<SketchGroup[]> {
  const depth = pair.reference.architecture.layers;
  const present = Array.from({ length: depth }, (_, layer) => layer).filter((layer) =>
    screened.every((role) => unitCount(pair.reference, role, layer) > 0),
  );
  const widest = Math.max(
    1,
    ...Array.from({ length: pair.subject.architecture.layers }, (_, layer) =>
      unitCount(pair.subject, roles.lead, layer),
    ),
  );
  const rowBytes = 4 * widest;
  const mostRows = Math.floor((SIMILARITY_SHARE * pair.parameters.memoryBytes) / rowBytes);
  const most = Math.max(1, Math.floor(mostRows / SCREENED_UNITS));
  const groups: SketchGroup[] = [];
  for (let first = 0; first < present.length; first += most) {
    const layers: { layer: number; from: number; to: number }[] = [];
    const parts: [Matrix[], Matrix[]] = [[], []];
    for (const layer of present.slice(first, first + most)) {
      const units = sampledUnits(pair, roles, layer, SCREENED_UNITS);
      const from = layers.at(-1)?.to ?? 0;
      layers.push({ layer, from, to: from + units.length });
      for (const [at, role] of screened.entries())
        parts[at]!.push(await reduce((await residualRows(pair.reference, role, layer, units))!));
    }
    groups.push({ layers, rows: parts.map(stackRows) });
  }
  return groups;
}

/** How one subject layer agrees with the sketch of each reference layer; nothing where it lacks a role. */
async function screen(
  pair: PairContext,
  screened: Screened,
  groups: readonly SketchGroup[],
  reduce: Reduce,
  layer: number,
): Promise<{ other: number; agreement: Agreement }[]> {
  const subject: Matrix[] = [];
  for (const role of screened) {
    const rows = await sketchSubject(pair, role, layer, reduce);
    if (rows === undefined) return [];
    subject.push(rows);
  }
  const size = subject[0]!.rows;
  const unshuffled = Int32Array.from({ length: size }, (_, unit) => unit);
  const out: { other: number; agreement: Agreement }[] = [];
  for (const { layers, rows } of groups) {
    const partners: Int32Array[][] = layers.map(() => []);
    for (const [at, reference] of rows.entries()) {
      const similarity = await rowCosines(pair, reference, subject[at]!);
      if (at > 0) dropSigns(similarity);
      for (const [i, { layer: other, from, to }] of layers.entries()) {
        const part = similarity.data.subarray(from * size, to * size);
        const tie = pair.random(`screening/${other}/${layer}/${at}`);
        partners[i]!.push(mutualNearest(part, to - from, size, tie));
      }
    }
    for (const [i, [lead, other]] of partners.entries())
      out.push({
        other: layers[i]!.layer,
        agreement: compare(screened[1], lead!, other!, size, unshuffled),
      });
  }
  return out;
}

/** All units of a subject layer in the reduced space. */
async function sketchSubject(
  pair: PairContext,
  role: ResidualRole,
  layer: number,
  reduce: Reduce,
): Promise<Matrix | undefined> {
  const count = unitCount(pair.subject, role, layer);
  let out: Matrix | undefined;
  for await (const piece of unitPieces(pair.subject, role, layer, pair.parameters.memoryBytes)) {
    const reduced = await reduce(piece.rows);
    if (piece.rows.rows === count) return reduced;
    out ??= matrix(count, reduced.columns);
    out.data.set(reduced.data, piece.start * reduced.columns);
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
