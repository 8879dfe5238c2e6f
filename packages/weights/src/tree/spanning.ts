import { earlierOf, type PairRelation } from './relations.ts';

/** Disjoint sets of ids. */
export class Groups {
  readonly #parent = new Map<string, string>();

  constructor(ids: readonly string[]) {
    for (const id of ids) this.#parent.set(id, id);
  }

  find(id: string): string {
    let root = id;
    while (this.#parent.get(root) !== root) root = this.#parent.get(root) ?? root;
    return root;
  }

  /** Joins two sets; false where they were one already. */
  join(one: string, other: string): boolean {
    const a = this.find(one);
    const b = this.find(other);
    if (a === b) return false;
    this.#parent.set(a, b);
    return true;
  }

  /** Sets in the order of `ids`. */
  list(ids: readonly string[]): string[][] {
    const sets = new Map<string, string[]>();
    for (const id of ids) {
      const root = this.find(id);
      sets.set(root, [...(sets.get(root) ?? []), id]);
    }
    return [...sets.values()];
  }
}

/** Shortest forest (Kruskal): unknown distances come last. */
export function spanningForest(ids: readonly string[], relations: readonly PairRelation[]): PairRelation[] {
  const groups = new Groups(ids);
  const inside = new Set(ids);
  return [...relations]
    .filter((relation) => inside.has(relation.a) && inside.has(relation.b))
    .sort(
      (p, q) =>
        (p.distance ?? Number.MAX_VALUE) - (q.distance ?? Number.MAX_VALUE) ||
        (p.log10P ?? 0) - (q.log10P ?? 0),
    )
    .filter((relation) => groups.join(relation.a, relation.b));
}

/**
 * Root of a tree of undirected edges: the one that most one-way evidence agrees with; among equals the
 * hub, from which the summed path lengths are least (children of one parent lie around it).
 */
export function chooseRoot(ids: readonly string[], edges: readonly PairRelation[]): string {
  const neighbours = adjacency(ids, edges);
  let best: { id: string; agreement: number; spread: number } | undefined;
  for (const id of ids) {
    let agreement = 0;
    let spread = 0;
    walk(id, neighbours, (parent, edge, depth) => {
      const first = earlierOf(edge);
      if (first !== undefined) agreement += first === parent ? 1 : -1;
      spread += depth;
    });
    if (
      best === undefined ||
      agreement > best.agreement ||
      (agreement === best.agreement && spread < best.spread)
    )
      best = { id, agreement, spread };
  }
  if (best === undefined) throw new RangeError('a tree has at least one model');
  return best.id;
}

/** Edges of a tree seen from its root: (parent, child) each. */
export function orient(
  root: string,
  ids: readonly string[],
  edges: readonly PairRelation[],
): { parent: string; child: string; relation: PairRelation }[] {
  const oriented: { parent: string; child: string; relation: PairRelation }[] = [];
  walk(root, adjacency(ids, edges), (parent, relation) => {
    oriented.push({ parent, child: relation.a === parent ? relation.b : relation.a, relation });
  });
  return oriented;
}

type Neighbours = ReadonlyMap<string, readonly PairRelation[]>;

function adjacency(ids: readonly string[], edges: readonly PairRelation[]): Neighbours {
  const neighbours = new Map<string, PairRelation[]>(ids.map((id) => [id, []]));
  for (const edge of edges) {
    neighbours.get(edge.a)?.push(edge);
    neighbours.get(edge.b)?.push(edge);
  }
  return neighbours;
}

const UNKNOWN_DISTANCE = 1;

function walk(
  root: string,
  neighbours: Neighbours,
  visit: (parent: string, edge: PairRelation, depth: number) => void,
): void {
  const seen = new Set([root]);
  const queue: { id: string; depth: number }[] = [{ id: root, depth: 0 }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift())
    for (const edge of neighbours.get(next.id) ?? []) {
      const child = edge.a === next.id ? edge.b : edge.a;
      if (seen.has(child)) continue;
      seen.add(child);
      const depth = next.depth + (edge.distance ?? UNKNOWN_DISTANCE);
      visit(next.id, edge, depth);
      queue.push({ id: child, depth });
    }
}
