import type { LineageTree, TreeEdge } from '@filiation/weights';
import { amount, chance } from '../html/format.ts';
import { printable, shorten } from '../printable.ts';
import { columns } from '../terminal.ts';
import { furtherParents, layOutTree, type TreeLayout, type TreeNode } from './layout.ts';
import { edgeWords, openDirection, STATUS_MARKS } from './words.ts';

const NAME_LIMIT = 40;

/** The forest for a terminal: one model a line, with how it came from the one above and what stands
 *  behind that. Ends with a line break. */
export function treeText(tree: LineageTree): string {
  const layout = layOutTree(tree);
  const name = nameOf(tree);
  const cells = layout.nodes.map((node) => [
    `${branches(node, layout)}${name(node.id)}`,
    ...(node.edge === undefined ? [] : describe(node.edge, node, layout, name)),
  ]);
  const widths = [0, 1, 2, 3].map((at) => Math.max(0, ...cells.map((row) => columns(row[at] ?? ''))));
  const lines = cells.flatMap((row, index) => {
    const line = row
      .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - columns(cell))))
      .join('  ');
    const first = layout.nodes[index]?.from === undefined && index > 0;
    return [...(first ? [''] : []), line.trimEnd()];
  });
  const notes = [
    ...layout.arcs
      .filter((edge) => edge.status === 'contradicted')
      .map(
        (edge) =>
          `✗ ${name(edge.child)} is claimed to descend from ${name(edge.parent)}: contradicted (${printable(edge.support)})`,
      ),
    ...tree.claims
      .filter((claim) => claim.parent === undefined && claim.status === 'contradicted')
      .map(
        (claim) =>
          `✗ ${name(claim.child)} is claimed to be trained from scratch: contradicted (${printable(claim.note)})`,
      ),
    ...tree.notes.map(printable),
  ];
  return `${[...lines, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')}\n`;
}

function nameOf(tree: LineageTree): (id: string) => string {
  const names = new Map(tree.models.map((model) => [model.id, shorten(printable(model.name), NAME_LIMIT)]));
  return (id) => names.get(id) ?? printable(id);
}

/** `│  ├─ `: the lines that lead to a node. */
function branches(node: TreeNode, { byId }: TreeLayout): string {
  let text = '';
  for (let at: TreeNode | undefined = node; at?.from !== undefined; at = byId.get(at.from)) {
    const last = byId.get(at.from)?.children.at(-1) === at.id;
    text = (at === node ? (last ? '└─ ' : '├─ ') : last ? '   ' : '│  ') + text;
  }
  return text;
}

/** Distance, how, chance, and what else there is to say of the branch to a node. */
function describe(
  edge: TreeEdge,
  node: TreeNode,
  layout: TreeLayout,
  name: (id: string) => string,
): string[] {
  const others = furtherParents(node.id, layout).map(
    (arc) => `${name(arc.parent)}${arc.weight === undefined ? '' : ` (${amount(arc.weight, 2)})`}`,
  );
  const remarks = [
    ...(edge.status === 'silent' ? [] : [`${STATUS_MARKS[edge.status]} ${edge.status}`]),
    ...(openDirection(edge) ? ['direction undetermined'] : []),
  ];
  return [
    amount(edge.distance, 2),
    `${edgeWords(edge)}${others.length > 0 ? `, with ${others.join(', ')}` : ''}`,
    edge.log10P === undefined ? '' : chance(edge.log10P),
    remarks.join(', '),
  ];
}
