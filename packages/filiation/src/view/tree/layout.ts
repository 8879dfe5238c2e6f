import type { LineageTree, TreeEdge } from '@filiation/weights';

/** A model as a row of the drawing. */
export interface TreeNode {
  readonly id: string;
  /** Index of the row, from 0 at the top. */
  readonly row: number;
  /** Summed distance from the root of this node's tree, relative L2. */
  readonly divergence: number;
  /** Nesting below the root: 0 for roots. */
  readonly depth: number;
  /** Edge that leads here from the node drawn to the left; roots have none. */
  readonly edge?: TreeEdge;
  /** Id of that node: the parent, or the other end of an undirected edge. */
  readonly from?: string;
  readonly children: readonly string[];
  /** Index of the family in `tree.groups`. */
  readonly family: number;
}

export interface TreeLayout {
  /** In order of rows. */
  readonly nodes: readonly TreeNode[];
  readonly byId: ReadonlyMap<string, TreeNode>;
  /** Drawn beside the trees: further parents of merges, and claims that the data do not bear out. */
  readonly arcs: readonly TreeEdge[];
  /** Edges that only the table shows, for example further pairs of one family. */
  readonly undrawn: readonly TreeEdge[];
  readonly greatest: number;
}

interface Building {
  readonly from?: string;
  readonly edge?: TreeEdge;
  readonly divergence: number;
  readonly depth: number;
  readonly family: number;
  readonly children: string[];
}

/**
 * Makes a forest out of the edges: a directed edge is followed from parent to child only, a child keeps
 * one parent (of a merge the one with the greatest coefficient, else the nearest), and undirected edges
 * join what is left. Contradicted edges never carry the forest. Any input gives a forest, cycles too.
 */
export function layOutTree(tree: LineageTree): TreeLayout {
  const known = new Set(tree.models.map((model) => model.id));
  const edges = tree.edges.filter(
    (edge) => known.has(edge.parent) && known.has(edge.child) && edge.parent !== edge.child,
  );
  const carrying = carryingEdges(edges);
  const built = new Map<string, Building>();
  const used = new Set<TreeEdge>();
  const order: string[] = [];
  familiesOf(tree, known).forEach((family, index) => {
    for (
      let root = nextRoot(family, tree, carrying, built);
      root !== undefined;
      root = nextRoot(family, tree, carrying, built)
    )
      grow(root, index, carrying, built, used);
    for (const id of family) if (built.get(id)?.from === undefined) walk(id, built, order);
  });
  const nodes = order.map((id, row): TreeNode => ({ id, row, ...(built.get(id) as Building) }));
  const rest = edges.filter((edge) => !used.has(edge));
  return {
    nodes,
    byId: new Map(nodes.map((node) => [node.id, node])),
    arcs: rest.filter(isArc),
    undrawn: rest.filter((edge) => !isArc(edge)),
    greatest: Math.max(0, ...nodes.map((node) => node.divergence)),
  };
}

function isArc(edge: TreeEdge): boolean {
  return edge.kind === 'merge' || edge.status === 'contradicted' || edge.status === 'claimed';
}

/** Edges to a merge's parents other than the one it is drawn under. */
export function furtherParents(child: string, layout: TreeLayout): TreeEdge[] {
  return layout.arcs.filter(
    (arc) => arc.kind === 'merge' && arc.child === child && arc.status !== 'contradicted',
  );
}

function carryingEdges(edges: readonly TreeEdge[]): TreeEdge[] {
  const best = new Map<string, TreeEdge>();
  const usable = edges.filter((edge) => edge.status !== 'contradicted');
  for (const edge of usable) {
    const held = best.get(edge.child);
    if (edge.directed && (held === undefined || better(edge, held))) best.set(edge.child, edge);
  }
  return usable.filter((edge) => !edge.directed || best.get(edge.child) === edge);
}

function better(a: TreeEdge, b: TreeEdge): boolean {
  const weights = (a.weight ?? 0) - (b.weight ?? 0);
  return weights === 0 ? length(a) < length(b) : weights > 0;
}

/** A length that can be drawn: finite and not negative. */
function length(edge: TreeEdge): number {
  return Number.isFinite(edge.distance) ? Math.max(0, edge.distance) : 0;
}

/** Families as the tree states them, each model once; models in none stand alone. */
function familiesOf(tree: LineageTree, known: ReadonlySet<string>): string[][] {
  const seen = new Set<string>();
  const take = (id: string): boolean => known.has(id) && !seen.has(id) && seen.add(id) !== undefined;
  const families = tree.groups.map((group) => group.filter(take)).filter((group) => group.length > 0);
  return [
    ...families,
    ...tree.models
      .map((model) => model.id)
      .filter(take)
      .map((id) => [id]),
  ];
}

/** The next model to grow a tree from: a stated root, else one without a parent and with most edges. */
function nextRoot(
  family: readonly string[],
  tree: LineageTree,
  edges: readonly TreeEdge[],
  built: ReadonlyMap<string, Building>,
): string | undefined {
  const roots = new Set(tree.models.filter((model) => model.role === 'root').map((model) => model.id));
  const rank = (id: string): number => {
    const orphan = !edges.some((edge) => edge.directed && edge.child === id && !built.has(edge.parent));
    const degree = edges.filter((edge) => edge.parent === id || edge.child === id).length;
    return (roots.has(id) ? 2e6 : 0) + (orphan ? 1e6 : 0) + Math.min(degree, 1e5);
  };
  return family
    .filter((id) => !built.has(id))
    .reduce<string | undefined>(
      (best, id) => (best === undefined || rank(id) > rank(best) ? id : best),
      undefined,
    );
}

/** Prim's algorithm from one root: directed edges first, then the nearest. */
function grow(
  root: string,
  family: number,
  edges: readonly TreeEdge[],
  built: Map<string, Building>,
  used: Set<TreeEdge>,
): void {
  built.set(root, { divergence: 0, depth: 0, family, children: [] });
  for (;;) {
    let next: { edge: TreeEdge; from: string; to: string } | undefined;
    for (const edge of edges) {
      for (const [from, to] of [[edge.parent, edge.child] as const, [edge.child, edge.parent] as const]) {
        if (!built.has(from) || built.has(to) || (edge.directed && from !== edge.parent)) continue;
        if (next === undefined || comesBefore(edge, next.edge)) next = { edge, from, to };
      }
    }
    if (next === undefined) return;
    const parent = built.get(next.from) as Building;
    parent.children.push(next.to);
    used.add(next.edge);
    built.set(next.to, {
      from: next.from,
      edge: next.edge,
      divergence: parent.divergence + length(next.edge),
      depth: parent.depth + 1,
      family,
      children: [],
    });
  }
}

function comesBefore(a: TreeEdge, b: TreeEdge): boolean {
  return a.directed === b.directed ? length(a) < length(b) : a.directed;
}

/** Rows from top to bottom: a node, then its children from the nearest on, each with its own. */
function walk(root: string, built: ReadonlyMap<string, Building>, order: string[]): void {
  const stack = [root];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    order.push(id);
    const children = built.get(id)?.children ?? [];
    stack.push(...[...children].reverse());
  }
}
