import { relationAgainstParent } from '../claims/relation-against-parent.ts';
import type { TreeClaim, TreeEdge } from '../tree-types.ts';
import type { PairRelation } from './relations.ts';

/** Parentage somebody states, before it is held against the data. */
export interface StatedClaim {
  readonly child: string;
  /** Absent where the claim is that there is none. */
  readonly parent?: string;
  /** Where it stands: `model card`, `LINEAGE.json`. */
  readonly source: string;
}

/**
 * Holds claims against what was found. Confirmed: the tree itself joins the two. Contradicted: the test
 * could run and found no shared weights, only shared initial weights, or the opposite direction.
 * Otherwise the claim stays claimed, with the reason.
 */
export function judgeClaims(
  claims: readonly StatedClaim[],
  known: ReadonlySet<string>,
  edges: readonly TreeEdge[],
  relationBetween: (one: string, other: string) => PairRelation | undefined,
): TreeClaim[] {
  return claims.map((claim) => ({ ...claim, ...judge(claim, known, edges, relationBetween) }));
}

function judge(
  claim: StatedClaim,
  known: ReadonlySet<string>,
  edges: readonly TreeEdge[],
  relationBetween: (one: string, other: string) => PairRelation | undefined,
): Pick<TreeClaim, 'status' | 'note'> {
  const { child, parent } = claim;
  if (parent === undefined) return judgeScratch(child, edges);
  if (!known.has(parent)) return { status: 'claimed', note: `${parent} is not among the models compared` };
  const against = relationAgainstParent(relationBetween(child, parent)?.relation);
  if (against !== undefined) return against;
  const edge = edges.find(
    (entry) =>
      (entry.parent === parent && entry.child === child) ||
      (entry.parent === child && entry.child === parent),
  );
  if (edge === undefined)
    return { status: 'claimed', note: 'the two are related, but another model is nearer' };
  if (edge.directed && edge.parent !== parent)
    return { status: 'contradicted', note: `one-way evidence says ${child} came first` };
  return {
    status: 'confirmed',
    note: edge.directed ? 'weights and direction agree' : 'weights agree; their direction is not determined',
  };
}

/** A tree holds few of the models there are: it can refute training from scratch, never confirm it. */
function judgeScratch(child: string, edges: readonly TreeEdge[]): Pick<TreeClaim, 'status' | 'note'> {
  const touching = edges.filter(
    ({ kind, ...ends }) =>
      kind !== 'shared-initialisation' && (ends.child === child || ends.parent === child),
  );
  const from = touching.find((edge) => edge.directed && edge.child === child);
  if (from !== undefined)
    return { status: 'contradicted', note: `one-way evidence says it descends from ${from.parent}` };
  return touching.some((edge) => !edge.directed)
    ? { status: 'claimed', note: 'it has relatives here; which of them came first is not determined' }
    : { status: 'claimed', note: 'no ancestor was found among the models compared; others were not tested' };
}
