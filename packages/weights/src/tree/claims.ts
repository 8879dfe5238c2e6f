import type { TreeClaim, TreeEdge } from '../tree-types.ts';
import type { PairRelation } from './relations.ts';

/** Parentage somebody states, before it is held against the data. */
export interface StatedClaim {
  readonly child: string;
  readonly parent: string;
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
  if (!known.has(claim.parent))
    return { status: 'claimed', note: `${claim.parent} is not among the models compared` };
  const relation = relationBetween(claim.child, claim.parent);
  if (relation === undefined || relation.relation === 'not-testable')
    return { status: 'claimed', note: 'the pair could not be tested' };
  if (relation.relation === 'no-evidence')
    return {
      status: 'contradicted',
      note: 'no evidence of shared weights between the two, as far as the tests can see',
    };
  if (relation.relation === 'shared-initialisation')
    return { status: 'contradicted', note: 'only initial weights are shared, nothing learned' };
  const edge = edges.find(
    (entry) =>
      (entry.parent === claim.parent && entry.child === claim.child) ||
      (entry.parent === claim.child && entry.child === claim.parent),
  );
  if (edge === undefined)
    return { status: 'claimed', note: 'the two are related, but another model is nearer' };
  if (edge.directed && edge.parent !== claim.parent)
    return { status: 'contradicted', note: `one-way evidence says ${claim.child} came first` };
  return {
    status: 'confirmed',
    note: edge.directed ? 'weights and direction agree' : 'weights agree; their direction is not determined',
  };
}
