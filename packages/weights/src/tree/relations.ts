import type { DescentDirection, JsonObject, PrimaryResult, WeightRelation } from '@filiation/evidence';
import type { ComparisonReport } from '../report.ts';

/** What one comparison says for the tree. */
export interface PairRelation {
  /** Ids of the models; `a` was the reference. */
  readonly a: string;
  readonly b: string;
  readonly relation: WeightRelation;
  readonly log10P?: number;
  /** Relative L2 distance after alignment; absent where the weights could not be laid side by side. */
  readonly distance?: number;
  readonly direction: DescentDirection;
  readonly mechanisms: readonly string[];
  /** Every primary test that ran: what calibration counts. */
  readonly primary: readonly PrimaryResult[];
}

/** A model that is made from two others. */
export interface MergeFit {
  readonly child: string;
  readonly parents: readonly { readonly id: string; readonly weight: number }[];
  /** Relative residual of the fit and the residual that rounding alone would leave. */
  readonly residual: number;
  readonly floor: number;
  /** Absent for a weighted sum; else the recipe, and the residual is that of the change from the base. */
  readonly method?: 'ties' | 'dare';
}

export function relationOf(a: string, b: string, report: ComparisonReport): PairRelation {
  const delta = report.findings.find((finding) => finding.test.id === 'weights.delta');
  const distance = distanceOf(delta?.facts);
  const { opinion } = report;
  return {
    a,
    b,
    relation: opinion.relation,
    ...(opinion.log10P === undefined ? {} : { log10P: opinion.log10P }),
    ...(distance === undefined ? {} : { distance }),
    direction: opinion.direction,
    mechanisms: [...new Set(opinion.mechanisms.map((mechanism) => mechanism.name))],
    primary: opinion.primary,
  };
}

/** A disguise is a step of its own: a relative in place is nearer than one that is the same after alignment. */
const MOVED = 0.05;

/** Relative change, what has no counterpart counted as wholly changed: else a pruned sibling, compared on
 *  what it kept, would look nearer than the parent. */
function distanceOf(facts: JsonObject | undefined): number | undefined {
  const { relativeChange, coverage, kinInPlace } = facts ?? {};
  if (typeof relativeChange !== 'number') return undefined;
  const shared = typeof coverage === 'number' ? coverage : 1;
  const moved = kinInPlace === false ? MOVED ** 2 : 0;
  return Math.sqrt(shared * relativeChange ** 2 + (1 - shared) + moved);
}

/** Both order of arguments find the same relation. */
export function relationIndex(
  relations: readonly PairRelation[],
): (one: string, other: string) => PairRelation | undefined {
  const index = new Map<string, PairRelation>();
  const key = (one: string, other: string) => JSON.stringify(one < other ? [one, other] : [other, one]);
  for (const relation of relations) index.set(key(relation.a, relation.b), relation);
  return (one, other) => index.get(key(one, other));
}

/** The model that the data say came first, where they say so. */
export function earlierOf(relation: PairRelation): string | undefined {
  if (relation.direction === 'reference-to-subject') return relation.a;
  if (relation.direction === 'subject-to-reference') return relation.b;
  return undefined;
}

/** Guard for relations read back from a file of our own. */
export function isPairRelation(value: unknown): value is PairRelation {
  if (value === null || typeof value !== 'object') return false;
  const entry = value as Partial<Record<keyof PairRelation, unknown>>;
  return typeof entry.a === 'string' && typeof entry.b === 'string' && Array.isArray(entry.primary);
}
