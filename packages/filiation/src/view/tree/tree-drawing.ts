import type { LineageTree, TreeEdge } from '@filiation/weights';
import { linearScale, type Scale, ticks } from '../figure/scale.ts';
import { drawing, label, line, px } from '../figure/svg.ts';
import { amount, chanceRaised } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { furtherParents, type TreeLayout, type TreeNode } from './layout.ts';
import { edgeWords, openDirection, STATUS_MARKS } from './words.ts';

const WIDTH = 1116;
const ROW = 28;
const TOP = 34;
/** Room before each family for its heading. */
const FAMILY_GAP = 34;
/** Plot of the branches; arcs bulge into the margins on both sides. */
const PLOT_LEFT = 56;
const PLOT_RIGHT = 420;
const NAME_X = 478;
const HOW_X = 700;
const CHANCE_X = 896;
const CLAIM_X = 1014;
const AXIS_HEIGHT = 52;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The forest as a phylogram: every row is a model, to the right is further from the root. */
export function drawTree(tree: LineageTree, layout: TreeLayout): Markup {
  const scale = linearScale(0, layout.greatest || 1, PLOT_LEFT, PLOT_RIGHT);
  const places = new Map(
    layout.nodes.map((node): [string, Place] => [
      node.id,
      { x: scale(node.divergence), y: TOP + FAMILY_GAP * (node.family + 1) + ROW * (node.row + 0.5) },
    ]),
  );
  const families = 1 + Math.max(-1, ...layout.nodes.map((node) => node.family));
  const bottom = TOP + FAMILY_GAP * families + ROW * layout.nodes.length + 8;
  const names = new Map(tree.models.map((model) => [model.id, model.name]));
  const content = [
    axis(layout.greatest, scale, bottom),
    familyHeadings(layout, places),
    // From the last row up: what comes down to a lower row must not cover the lines above it.
    [...layout.nodes].reverse().map((node) => branchTo(node, places)),
    layout.nodes.map((node) => row(node, layout, places, names)),
    layout.arcs.map((edge) => arc(edge, places, names)),
  ];
  const description = `${layout.nodes.length} models in ${families} families, drawn from left to right by divergence from the root of each tree. Every branch stands in the table that follows.`;
  return drawing({
    id: 'lineage-drawing',
    width: WIDTH,
    height: bottom + AXIS_HEIGHT,
    title: 'Lineage tree',
    description,
    content,
  });
}

function axis(greatest: number, scale: Scale, bottom: number): Markup {
  const marks = greatest > 0 ? ticks(0, greatest, 5) : [];
  return html`${marks.map((tick) => html`${line(scale(tick), TOP, scale(tick), bottom + 4, 'grid')}${label(scale(tick), bottom + 18, amount(tick), { anchor: 'middle' })}`)}${line(PLOT_LEFT, bottom, PLOT_RIGHT, bottom, 'axis')}${label((PLOT_LEFT + PLOT_RIGHT) / 2, bottom + 36, 'divergence: relative L2 distance, summed along the branches', { anchor: 'middle', class: 'muted' })}${[
    [NAME_X, 'model'],
    [HOW_X, 'how it came about'],
    [CHANCE_X, 'if independent'],
    [CLAIM_X, 'claim'],
  ].map(([x, text]) =>
    label(Number(x), TOP - 14, String(text), { class: 'muted' }),
  )}${line(PLOT_LEFT - 40, TOP - 4, WIDTH, TOP - 4, 'axis')}`;
}

function familyHeadings(layout: TreeLayout, places: ReadonlyMap<string, Place>): Markup[] {
  const sizes = new Map<number, TreeNode[]>();
  for (const node of layout.nodes) sizes.set(node.family, [...(sizes.get(node.family) ?? []), node]);
  return [...sizes].map(([family, nodes]) => {
    const y = (places.get(nodes[0]?.id ?? '')?.y ?? 0) - ROW / 2 - 6;
    const text =
      nodes.length === 1 ? 'Related to no other model here' : `Family ${family + 1}: ${nodes.length} models`;
    return html`${family > 0 && line(PLOT_LEFT - 40, y - 20, WIDTH, y - 20, 'grid')}${label(NAME_X, y - 2, text, { class: 'small' })}`;
  });
}

function row(
  node: TreeNode,
  layout: TreeLayout,
  places: ReadonlyMap<string, Place>,
  names: ReadonlyMap<string, string>,
): Markup {
  const place = places.get(node.id) as Place;
  const name = (id: string): string => names.get(id) ?? id;
  const partners = furtherParents(node.id, layout).map(
    (each) => `${name(each.parent)}${each.weight === undefined ? '' : ` ${amount(each.weight, 2)}`}`,
  );
  const root = node.edge === undefined;
  return html`<g>${line(place.x + 10, place.y, NAME_X - 8, place.y, 'leader')}<circle cx="${px(place.x)}" cy="${px(place.y)}" r="${root ? 6 : 4.5}" class="${root && node.children.length === 0 ? 'open' : 'observed'}"/>${label(NAME_X, place.y + 4, name(node.id), { class: 'strong', limit: 30 })}${node.edge !== undefined && facts(node.edge, partners, place.y + 4)}${claim(node, layout, place.y + 4)}</g>`;
}

function facts(edge: TreeEdge, partners: readonly string[], y: number): Markup {
  const how = `${edgeWords(edge)}${partners.length > 0 ? ` with ${partners.join(', ')}` : ''}${openDirection(edge) ? ', direction open' : ''}`;
  return html`${label(HOW_X, y, how, { limit: 29 })}${edge.log10P !== undefined && label(CHANCE_X, y, chanceRaised(edge.log10P).replace(/^below /, '< '))}`;
}

/** How the claims about a model stand: that of its own branch, else those that only an arc shows. */
function claim(node: TreeNode, { arcs }: TreeLayout, y: number): Markup {
  const own = node.edge?.status ?? 'silent';
  const other = arcs.find((edge) => edge.child === node.id && edge.kind !== 'merge')?.status;
  const status = own === 'silent' ? (other ?? 'silent') : own;
  return html`${status !== 'silent' && label(CLAIM_X, y, `${STATUS_MARKS[status]} ${status}`)}`;
}

function branchTo(node: TreeNode, places: ReadonlyMap<string, Place>): Markup {
  const from = node.from === undefined ? undefined : places.get(node.from);
  const to = places.get(node.id);
  return html`${from !== undefined && to !== undefined && node.edge !== undefined && branch(node.edge, from, to)}`;
}

/** Down from the parent, then along to the child; an arrowhead where the direction is known. */
function branch(edge: TreeEdge, from: Place, to: Place): Markup {
  const path = `M${px(from.x)} ${px(from.y)}V${px(to.y)}H${px(to.x)}`;
  const style = edge.status === 'claimed' ? 'claimed' : edge.kind;
  return html`<path d="${path}" class="branch ${style}"/>${edge.kind === 'identical' && html`<path d="${path}" class="branch-core"/>`}${edge.directed && to.x - from.x > 16 && html`<path d="M${px(to.x - 6)} ${px(to.y)}l-7 -4v8z" class="observed"/>`}`;
}

/** Further parents of merges bulge to the right, claims that the data do not bear out to the left. */
function arc(edge: TreeEdge, places: ReadonlyMap<string, Place>, names: ReadonlyMap<string, string>): Markup {
  const from = places.get(edge.parent);
  const to = places.get(edge.child);
  if (from === undefined || to === undefined) return html``;
  const merge = edge.kind === 'merge' && edge.status !== 'contradicted';
  const bend = merge ? Math.max(from.x, to.x) + 44 : Math.min(from.x, to.x) - 46;
  const style = merge ? 'merge-arc' : edge.status === 'contradicted' ? 'contradicted' : 'claimed';
  const said = `${names.get(edge.parent) ?? edge.parent} to ${names.get(edge.child) ?? edge.child}: ${edgeWords(edge)}, ${edge.status}`;
  const middle = { x: (from.x + to.x + 6 * bend) / 8, y: (from.y + to.y) / 2 };
  const mark = STATUS_MARKS[edge.status];
  return html`<g><path d="M${px(from.x)} ${px(from.y)}C${px(bend)} ${px(from.y)} ${px(bend)} ${px(to.y)} ${px(to.x)} ${px(to.y)}" class="branch ${style}"><title>${said}</title></path>${!merge && label(middle.x, middle.y + 5, mark, { anchor: 'middle', class: 'strong halo mark' })}</g>`;
}
