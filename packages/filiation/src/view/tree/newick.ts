import type { LineageTree } from '@filiation/weights';
import { furtherParents, layOutTree, type TreeNode } from './layout.ts';

/**
 * The forest in Newick format, one tree a line, branch lengths in relative L2 distance. `[&R]` before a
 * tree says that every branch has a direction (the root came first), `[&U]` that some have none and the
 * root is only where it is drawn from. Newick has one parent a node: further parents of a merge stand in
 * a comment behind the child, `[&merged_with={"name"=0.4}]`, percent-encoded like a URL.
 * Names with anything but letters, digits, `.` and `-` are quoted, quotes within doubled.
 */
export function newick(tree: LineageTree): string {
  const layout = layOutTree(tree);
  const names = new Map(tree.models.map((model) => [model.id, model.name]));
  const directed = new Map<string, boolean>();
  const texts = new Map<string, string>();
  // Children stand below their parents, so from the last row up every child is ready before its parent.
  for (const node of [...layout.nodes].reverse()) {
    const children = node.children.map((id) => texts.get(id) ?? '');
    const merged = furtherParents(node.id, layout).map(
      (arc) =>
        `"${encodeURIComponent(wellFormed(names.get(arc.parent) ?? arc.parent))}"${arc.weight === undefined ? '' : `=${arc.weight}`}`,
    );
    texts.set(
      node.id,
      `${children.length > 0 ? `(${children.join(',')})` : ''}${quoted(names.get(node.id) ?? node.id)}${merged.length === 0 ? '' : `[&merged_with={${merged.join(',')}}]`}${branch(node, layout.byId)}`,
    );
    directed.set(
      node.id,
      node.children.every((id) => directed.get(id) === true) && node.edge?.directed !== false,
    );
  }
  return layout.nodes
    .filter((node) => node.from === undefined)
    .map((node) => `[&${directed.get(node.id) === true ? 'R' : 'U'}] ${texts.get(node.id)};\n`)
    .join('');
}

function branch(node: TreeNode, byId: ReadonlyMap<string, TreeNode>): string {
  if (node.from === undefined) return '';
  const length = node.divergence - (byId.get(node.from)?.divergence ?? 0);
  return `:${Number(length.toPrecision(6))}`;
}

function quoted(name: string): string {
  if (/^[A-Za-z0-9.-]+$/.test(name)) return name;
  // Line breaks and control characters end a label in many readers.
  return `'${wellFormed(name)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll("'", "''")}'`;
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
