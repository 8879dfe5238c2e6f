import { SOFTWARE } from '../software.ts';
import type { ClaimStatus, LineageTree, TreeClaim, TreeEdge, TreeModel } from '../tree-types.ts';
import { judgeClaims, type StatedClaim } from './claims.ts';
import { earlierOf, type MergeFit, type PairRelation, relationIndex } from './relations.ts';
import { chooseRoot, Groups, orient, spanningForest } from './spanning.ts';

export interface TreeInput {
  readonly models: readonly TreeModel[];
  /** One for each pair that was compared. */
  readonly relations: readonly PairRelation[];
  readonly merges: readonly MergeFit[];
  readonly claims: readonly StatedClaim[];
}

/**
 * Who descends from whom: a shortest forest over the related pairs, with merges attached to both of
 * their parents. Claims never shape the tree; they are held against it afterwards.
 */
export function inferTree(input: TreeInput): LineageTree {
  const ids = input.models.map((model) => model.id);
  const related = input.relations.filter(
    (entry) => entry.relation === 'derived' || entry.relation === 'identical',
  );
  const merged = new Set(input.merges.map((merge) => merge.child));
  const forest = growForest(ids, related, merged);
  const between = relationIndex(input.relations);
  const drawn = [
    ...forest.edges,
    ...input.merges.flatMap((merge) => mergeEdges(merge, between)),
    ...initialisationEdges(input.relations, forest.groups),
  ];
  const claims = judgeClaims(input.claims, new Set(ids), drawn, between);
  return {
    schema: 'filiation.tree/1',
    software: SOFTWARE,
    models: input.models.map((model) => ({ ...model, role: roleOf(model.id, forest, merged) })),
    edges: drawn.map((edge) => ({ ...edge, status: statusOf(edge, claims) })),
    claims,
    groups: connectedFamilies(ids, related, input.merges),
    notes: notesOf(input.relations, drawn),
  };
}

interface Forest {
  readonly edges: readonly TreeEdge[];
  readonly groups: Groups;
  readonly roots: ReadonlySet<string>;
}

/** Trees over everything that is no merge; a merge joins a tree as a member only if nothing else links it. */
function growForest(
  ids: readonly string[],
  related: readonly PairRelation[],
  merged: ReadonlySet<string>,
): Forest {
  const plain = ids.filter((id) => !merged.has(id));
  const spanning = spanningForest(plain, related);
  const groups = new Groups(ids);
  for (const relation of spanning) groups.join(relation.a, relation.b);
  const edges: TreeEdge[] = [];
  const roots = new Set<string>();
  for (const members of groups.list(plain)) {
    const inside = new Set(members);
    const branches = spanning.filter((relation) => inside.has(relation.a));
    const root = chooseRoot(members, branches);
    if (members.length > 1) roots.add(root);
    for (const { parent, child, relation } of orient(root, members, branches))
      edges.push(descentEdge(parent, child, relation));
  }
  return { edges, groups, roots };
}

function descentEdge(parent: string, child: string, relation: PairRelation): TreeEdge {
  const directed = earlierOf(relation) === parent;
  const identical = relation.relation === 'identical';
  return {
    parent,
    child,
    kind: identical ? 'identical' : 'descent',
    directed,
    distance: relation.distance ?? 0,
    ...(relation.log10P === undefined ? {} : { log10P: relation.log10P }),
    status: 'silent',
    mechanisms: relation.mechanisms,
    support: identical
      ? 'every weight is equal'
      : directed
        ? 'nearest relative, and one-way evidence gives the direction'
        : 'nearest relative; drawn away from the hub of its family, direction not determined',
  };
}

function mergeEdges(
  merge: MergeFit,
  between: (one: string, other: string) => PairRelation | undefined,
): TreeEdge[] {
  return merge.parents.map((parent) => {
    const relation = between(merge.child, parent.id);
    return {
      parent: parent.id,
      child: merge.child,
      kind: 'merge',
      directed: true,
      weight: parent.weight,
      distance: relation?.distance ?? 0,
      ...(relation?.log10P === undefined ? {} : { log10P: relation.log10P }),
      status: 'silent',
      mechanisms: ['merged'],
      support:
        merge.method === undefined
          ? `a weighted sum of its parents up to a relative residual of ${merge.residual.toExponential(1)} (rounding leaves ${merge.floor.toExponential(1)})`
          : `its change from their common base follows the ${merge.method.toUpperCase()} recipe (relative residual ${merge.residual.toFixed(2)})`,
    };
  });
}

/** One undirected edge between two families that share initial weights: the nearest pair. */
function initialisationEdges(relations: readonly PairRelation[], groups: Groups): TreeEdge[] {
  const nearest = new Map<string, PairRelation>();
  for (const relation of relations) {
    if (relation.relation !== 'shared-initialisation') continue;
    const ends = [groups.find(relation.a), groups.find(relation.b)].sort();
    if (ends[0] === ends[1]) continue;
    const key = JSON.stringify(ends);
    const held = nearest.get(key);
    if (held === undefined || (relation.distance ?? 2) < (held.distance ?? 2)) nearest.set(key, relation);
  }
  return [...nearest.values()].map((relation) => ({
    parent: relation.a,
    child: relation.b,
    kind: 'shared-initialisation',
    directed: false,
    distance: relation.distance ?? 0,
    ...(relation.log10P === undefined ? {} : { log10P: relation.log10P }),
    status: 'silent',
    mechanisms: [],
    support: 'the same initial weights, but what each learned differs',
  }));
}

function roleOf(id: string, forest: Forest, merged: ReadonlySet<string>): 'root' | 'member' | 'single' {
  if (forest.roots.has(id)) return 'root';
  const joined = merged.has(id) || forest.edges.some((edge) => edge.parent === id || edge.child === id);
  return joined ? 'member' : 'single';
}

function statusOf(edge: TreeEdge, claims: readonly TreeClaim[]): ClaimStatus {
  const claim = claims.find(
    (entry) =>
      (entry.child === edge.child && entry.parent === edge.parent) ||
      (entry.child === edge.parent && entry.parent === edge.child),
  );
  return claim?.status ?? 'silent';
}

function connectedFamilies(
  ids: readonly string[],
  related: readonly PairRelation[],
  merges: readonly MergeFit[],
): string[][] {
  const groups = new Groups(ids);
  for (const relation of related) groups.join(relation.a, relation.b);
  for (const merge of merges) for (const parent of merge.parents) groups.join(merge.child, parent.id);
  return groups.list(ids);
}

function notesOf(relations: readonly PairRelation[], edges: readonly TreeEdge[]): string[] {
  const untested = relations.filter((relation) => relation.relation === 'not-testable').length;
  const undirected = edges.filter((edge) => edge.kind === 'descent' && !edge.directed).length;
  const notes = [
    `${relations.length} ${relations.length === 1 ? 'pair' : 'pairs'} compared, each judged by itself at 10^-6: over all of them, expect at most ${(relations.length * 1e-6).toExponential(0)} false relations where the p-values hold.`,
  ];
  if (untested > 0) notes.push(`${untested} of them could not be tested.`);
  if (undirected > 0)
    notes.push(
      `Branches without one-way evidence: ${undirected}. They are drawn away from the hub of their family, which is a convention and not a finding.`,
    );
  return notes;
}
