import { homeCountTail, mutualNearest } from '@filiation/stats';
import type { PairContext } from '../context.ts';
import { type Matrix, matrix, row } from '../matrix.ts';
import type { Aligned } from './alignment.ts';
import { type ResidualRole, residualRows, unitCount, unitPieces } from './residual-rows.ts';

/** Matchings that are compared: units found by the leading role, and again by each of the others. */
export interface MatchedRoles {
  readonly lead: ResidualRole;
  readonly others: readonly ResidualRole[];
}

/** Units on which the leading matching and one other name the same unit of the subject. */
export interface Agreement {
  readonly role: ResidualRole;
  /** Sampled units of the reference with a mutual partner in both matchings. */
  readonly matched: number;
  readonly hits: number;
  /** Hits after the subject's units of this role were shuffled once: the scrambled twin. */
  readonly scrambled: number;
  readonly log10P: number;
}

/** One layer of each model compared. */
export interface LayerMatch {
  readonly referenceLayer: number;
  readonly subjectLayer: number;
  /** Units of the subject's layer, and units sampled from the reference's. */
  readonly units: number;
  readonly sampled: number;
  readonly agreements: readonly Agreement[];
  /** Agreed units: `reference[i]` corresponds to `subject[i]`; ascending in `reference`. */
  readonly agreed: { readonly reference: Int32Array; readonly subject: Int32Array };
  /** Median cosine of the leading role over agreed units; NaN never, 0 where none agreed. */
  readonly cosine: number;
  /** Twice the smallest over the roles, which are dependent; at most 0. */
  readonly log10P: number;
}

/** Roles both models have in every layer asked about; undefined where no two can be compared. */
export function matchedRoles(pair: PairContext): MatchedRoles | undefined {
  const has = (role: ResidualRole): boolean =>
    [pair.reference, pair.subject].every((model) =>
      Array.from({ length: model.architecture.layers }, (_, layer) => unitCount(model, role, layer)).some(
        (units) => units > 0,
      ),
    );
  const present = (['mlp-gate', 'mlp-up', 'mlp-down'] as const).filter(has);
  const [lead, ...others] = present;
  return lead === undefined || others.length === 0 ? undefined : { lead, others };
}

/** Matches `units` of a reference layer against all units of a subject layer, role by role. */
export async function matchLayer(
  pair: PairContext,
  alignment: Aligned,
  roles: MatchedRoles,
  layers: { readonly reference: number; readonly subject: number },
): Promise<LayerMatch> {
  const units = sampledUnits(pair, roles, layers.reference, pair.parameters.unitsPerLayer);
  const label = `matching/${layers.reference}/${layers.subject}`;
  const partners = new Map<ResidualRole, Int32Array>();
  let leading: Matrix | undefined;
  for (const role of [roles.lead, ...roles.others]) {
    const a = await residualRows(pair.reference, role, layers.reference, units);
    if (a === undefined || unitCount(pair.subject, role, layers.subject) === 0) continue;
    const similarity = await cosinesWithAll(pair, await alignment.toSubject(a), role, layers.subject);
    if (role === roles.lead) leading = similarity;
    else dropSigns(similarity);
    const tie = pair.random(`${label}/${role}`);
    partners.set(role, mutualNearest(similarity.data, similarity.rows, similarity.columns, tie));
  }
  const lead = partners.get(roles.lead) ?? new Int32Array(units.length).fill(-1);
  const size = unitCount(pair.subject, roles.lead, layers.subject);
  const shuffle = pair.random(`${label}/scrambled`).permutation(size);
  const agreements = roles.others.flatMap((role) => {
    const other = partners.get(role);
    return other === undefined ? [] : [compare(role, lead, other, size, shuffle)];
  });
  const agreed = [...units.keys()].filter((i) =>
    roles.others.some((role) => lead[i]! >= 0 && partners.get(role)?.[i] === lead[i]),
  );
  return {
    referenceLayer: layers.reference,
    subjectLayer: layers.subject,
    units: size,
    sampled: units.length,
    agreements,
    agreed: {
      reference: Int32Array.from(agreed, (i) => units[i]!),
      subject: Int32Array.from(agreed, (i) => lead[i]!),
    },
    cosine: median(agreed.map((i) => leading!.data[i * leading!.columns + lead[i]!]!)),
    log10P: twiceSmallest(agreements.map((agreement) => agreement.log10P)),
  };
}

/** Share of matched units that agree, by the role with most agreements. */
export function shareAgreeing(found: LayerMatch): number {
  const matched = Math.max(0, ...found.agreements.map((agreement) => agreement.matched));
  const hits = Math.max(0, ...found.agreements.map((agreement) => agreement.hits));
  return matched === 0 ? 0 : hits / matched;
}

export function sampledUnits(
  pair: PairContext,
  roles: MatchedRoles,
  layer: number,
  count: number,
): Int32Array {
  const size = unitCount(pair.reference, roles.lead, layer);
  const largest = Math.max(
    ...Array.from({ length: pair.subject.architecture.layers }, (_, other) =>
      unitCount(pair.subject, roles.lead, other),
    ),
  );
  const affordable = Math.max(16, Math.floor(pair.parameters.memoryBytes / (16 * Math.max(1, largest))));
  return pair.random(`matching/units/${layer}`).sample(size, Math.min(count, affordable));
}

/**
 * Counts agreements. Were the models independent, the subject's pairing of the two roles would be a
 * uniformly random permutation of its units relative to the reference: both matchings are one-to-one, so
 * the count is that of labels at home.
 */
export function compare(
  role: ResidualRole,
  lead: Int32Array,
  other: Int32Array,
  size: number,
  shuffle: Int32Array,
): Agreement {
  let matched = 0;
  let hits = 0;
  let scrambled = 0;
  for (let i = 0; i < lead.length; i++) {
    if (lead[i]! < 0 || other[i]! < 0) continue;
    matched++;
    if (lead[i] === other[i]) hits++;
    if (lead[i] === shuffle[other[i]!]) scrambled++;
  }
  return { role, matched, hits, scrambled, log10P: agreementTail([{ units: size, matched }], hits) };
}

/**
 * Unrelated models agree a little more often than uniform pairings would, because a unit's gate and up rows
 * share directions that every model of a language has: 1.8 times as often over 148 pairs of independently
 * trained models (0.36 a layer where 0.20 are expected). The tail is taken for twice the expected count.
 */
const AGREEMENT_INFLATION = 2;

/** log10 P(at least `hits` agreements in all the layers together) under the null, with its margin. */
export function agreementTail(
  layers: readonly { readonly units: number; readonly matched: number }[],
  hits: number,
): number {
  if (hits <= 0) return 0;
  const blocks = layers.map(({ units, matched }) => ({
    n: Math.max(matched, Math.ceil(units / AGREEMENT_INFLATION)),
    fibres: new Uint8Array(matched).fill(1),
  }));
  return Math.min(0, homeCountTail(blocks, hits));
}

/** Bonferroni over dependent looks, in log10. */
export function twiceSmallest(log10Ps: readonly number[]): number {
  if (log10Ps.length === 0) return 0;
  return Math.min(0, Math.log10(log10Ps.length) + Math.min(...log10Ps));
}

/** Cosines of rows (subject basis) with all units of a subject layer. */
async function cosinesWithAll(
  pair: PairContext,
  rows: Matrix,
  role: ResidualRole,
  layer: number,
): Promise<Matrix> {
  const count = unitCount(pair.subject, role, layer);
  let out: Matrix | undefined;
  for await (const piece of unitPieces(pair.subject, role, layer, pair.parameters.memoryBytes)) {
    const part = await rowCosines(pair, rows, piece.rows);
    if (part.columns === count) return part;
    out ??= matrix(rows.rows, count);
    for (let i = 0; i < rows.rows; i++) out.data.set(row(part, i), i * count + piece.start);
  }
  return out ?? matrix(rows.rows, 0);
}

/** All cosines between rows of a and rows of b; 0 for empty rows. */
export async function rowCosines(pair: PairContext, a: Matrix, b: Matrix): Promise<Matrix> {
  normaliseRows(a);
  normaliseRows(b);
  return await pair.kernel.timesTransposed(a, b);
}

function normaliseRows(m: Matrix): void {
  for (let i = 0; i < m.rows; i++) {
    const values = m.data.subarray(i * m.columns, (i + 1) * m.columns);
    let sum = 0;
    for (let j = 0; j < values.length; j++) sum += values[j]! * values[j]!;
    const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let j = 0; j < values.length; j++) values[j] = values[j]! * scale;
  }
}

/** `up` and `down` rows can change sign together without changing the model. */
export function dropSigns(m: Matrix): void {
  for (let i = 0; i < m.data.length; i++) m.data[i] = Math.abs(m.data[i]!);
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((p, q) => p - q);
  return sorted[sorted.length >> 1]!;
}
