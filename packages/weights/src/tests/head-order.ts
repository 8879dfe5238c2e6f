import type { TestCard, TestOutcome } from '@filiation/evidence';
import { mutualNearest, type RandomStream } from '@filiation/stats';
import type { PairContext } from '../context.ts';
import { type Matrix, matrix, selectRows } from '../matrix.ts';
import type { WeightTest } from '../weight-test.ts';
import { CopyFinder, rowsToLookAt } from './order/copies.ts';
import { compareHeads, type HeadComparison, type HeadShape } from './order/head-similarity.ts';
import { layerMap } from './order/layer-map.ts';
import { type OrderBlock, orderBlock } from './order/order-block.ts';
import { ORDER_ALTERNATIVES, ORDER_ASSUMPTIONS, ORDER_SOURCE } from './order/order-card.ts';
import { describeOrder } from './order/order-outcome.ts';

const card: TestCard = {
  id: 'weights.head-order',
  version: '1',
  title: 'Order of attention heads',
  question: 'weights',
  asks: 'Do the attention heads of the two models stand in the same order, as they would only if one set of weights grew out of the other?',
  nullHypothesis:
    'B was initialised and trained independently of A, so in every layer the order of its key-value groups, of the query heads within each group, and of the value rows of each group are uniformly random shuffles relative to A.',
  assumptions: [
    ...ORDER_ASSUMPTIONS,
    'No property fixed by index tells heads apart. Where both models use ALiBi, whose slopes are, only value rows are counted.',
  ],
  exactness: 'exact',
  blindTo: [
    'heads that were shuffled and rotated inside after copying',
    'a residual stream that was permuted or rotated after copying',
    'layers put in another order, or some dropped and others added, at the same depth',
    'copies with another hidden size',
    'multi-head latent attention',
  ],
  source: ORDER_SOURCE,
};

/** Each key-value group of A looks for the most similar group of B, then each query head and each row of
 *  the value matrix for a partner inside the partner group: how many find it at their own index? */
export const headOrder: WeightTest = { card, primary: { family: 'attention' }, run };

async function run(pair: PairContext): Promise<TestOutcome> {
  const { seed, unitsPerLayer } = pair.parameters;
  const hidden = pair.reference.architecture.hiddenSize;
  const parameters = { seed, channels: Math.min(unitsPerLayer, hidden) };
  const shapes = headShapes(pair);
  const found =
    typeof shapes === 'string'
      ? { layers: 0, heads: [], values: [], copies: [] }
      : await compareLayers(pair, shapes);
  if (found.heads.length + found.values.length === 0) {
    const reason =
      typeof shapes === 'string' ? shapes : 'no layer has whole q, k, v and o matrices in both models';
    return {
      status: 'not-testable',
      reason,
      alternatives: [],
      parameters,
      summary: `Not testable: ${reason}.`,
    };
  }
  const pools = [
    { things: 'heads', layers: found.layers, blocks: found.heads },
    { things: 'value rows', layers: found.layers, blocks: found.values },
  ];
  return {
    ...describeOrder(
      card.id,
      pools.filter(({ blocks }) => blocks.length > 0),
    ),
    alternatives: ORDER_ALTERNATIVES,
    parameters: { ...parameters, ...(found.copies.length === 0 ? {} : { copiesLeftOut: found.copies }) },
  };
}

interface Shapes {
  readonly reference: HeadShape;
  readonly subject: HeadShape;
}

/** Head counts of both models, or why heads cannot be compared. */
function headShapes({ reference, subject }: PairContext): Shapes | string {
  const shapes: HeadShape[] = [];
  for (const model of [reference, subject]) {
    const { heads, keyValueHeads: groups, headSize } = model.architecture;
    if (model.tensors.some((tensor) => tensor.role === 'attention-kv-a'))
      return `${model.name} has multi-head latent attention, whose heads share one compressed key and value`;
    if (heads === undefined || groups === undefined || headSize === undefined)
      return `the head count of ${model.name} is unknown; its configuration would tell`;
    if (!(groups >= 1) || heads % groups !== 0)
      return `${model.name} has ${heads} heads in ${groups} key-value groups, which does not divide`;
    shapes.push({ heads, groups, headSize });
  }
  const [a, b] = [reference.architecture.hiddenSize, subject.architecture.hiddenSize];
  if (a !== b) return `the residual streams have ${a} and ${b} channels, so heads cannot be compared`;
  return { reference: shapes[0]!, subject: shapes[1]! };
}

interface LayerBlocks {
  readonly heads: OrderBlock[];
  readonly values: OrderBlock[];
}

interface Compared extends LayerBlocks {
  readonly layers: number;
  /** Layers and groups of B left out because they repeat others of B. */
  readonly copies: string[];
}

async function compareLayers(pair: PairContext, shapes: Shapes): Promise<Compared> {
  const { referenceOf } = await layerMap(pair);
  const hidden = pair.reference.architecture.hiddenSize;
  // All circuits are compared on one sample of channels: which ones says nothing about heads.
  const channels = pair.random(`${card.id}/channels`).sample(hidden, pair.parameters.unitsPerLayer);
  const repeated = new CopyFinder(pair.kernel, pair.random(`${card.id}/copies`));
  const found = { layers: 0, heads: [] as OrderBlock[], values: [] as OrderBlock[], copies: [] as string[] };
  for (const [layer, layerA] of referenceOf.entries()) {
    pair.progress(`layer ${layer}`, layer / referenceOf.length);
    const layers = { reference: layerA, subject: layer };
    const comparison = await compareHeads(pair, layers, shapes, channels);
    if (comparison === undefined) continue;
    const name = `layer ${layer}${layer === layerA ? '' : ` (reference layer ${layerA})`}`;
    const { subjectValues } = comparison;
    const sampled = selectRows(subjectValues, rowsToLookAt(subjectValues.rows));
    if (await repeated.isCopy(sampled, subjectValues.rows)) {
      found.copies.push(name);
      continue;
    }
    const kept = await groupsOfTheirOwn(pair, comparison, shapes.subject);
    if (kept.length < shapes.subject.groups) found.copies.push(`${name}: repeated groups`);
    const blocks = layerBlocks(name, comparison, shapes, kept, pair.random(`${card.id}/${name}`));
    found.layers++;
    if (!slopesFixed(pair)) found.heads.push(...blocks.heads);
    found.values.push(...blocks.values);
  }
  return found;
}

/** ALiBi gives the head of each index its own fixed slope, the same in every model: heads of two such
 *  models are told apart by index and are no shuffles of each other. Rows of the value matrix still are. */
function slopesFixed({ reference, subject }: PairContext): boolean {
  return reference.architecture.positions === 'alibi' && subject.architecture.positions === 'alibi';
}

/** Key-value groups of B that do not repeat an earlier group of the layer (some files hold each several
 *  times, so as to spread them over devices). */
async function groupsOfTheirOwn(
  pair: PairContext,
  { subjectValues }: HeadComparison,
  { groups, headSize }: HeadShape,
): Promise<number[]> {
  const finder = new CopyFinder(pair.kernel, pair.random(`${card.id}/copies/groups`));
  const kept: number[] = [];
  for (let group = 0; group < groups; group++) {
    const sampled = rowsToLookAt(headSize).map((at) => group * headSize + at);
    if (!(await finder.isCopy(selectRows(subjectValues, sampled), headSize))) kept.push(group);
  }
  return kept;
}

/**
 * Groups first; then, inside mutually matched groups, query heads and rows of the value matrix. A group of
 * B enters once and the match looks at no order, so all blocks are independent shuffles. (Rows of query and
 * key matrices would not do: rotary positions give each its own frequency.)
 */
function layerBlocks(
  name: string,
  { heads, values }: HeadComparison,
  { reference, subject }: Shapes,
  kept: readonly number[],
  random: RandomStream,
): LayerBlocks {
  const shared = { a: reference.heads / reference.groups, b: subject.heads / subject.groups };
  const groups = columnsOf(groupSimilarity(heads, { reference, subject }), kept);
  const single = shared.a === 1 && shared.b === 1;
  const compare = (part: string, block: Matrix): OrderBlock =>
    orderBlock(`${name}: ${part}`, block, identity(block.rows), block.rows, random);
  const found: LayerBlocks = { heads: [compare(single ? 'heads' : 'groups', groups)], values: [] };
  mutualNearest(groups.data, groups.rows, groups.columns, random).forEach((at, a) => {
    if (at < 0) return;
    const b = kept[at]!;
    const inside = subMatrix(heads, a * shared.a, shared.a, b * shared.b, shared.b);
    if (!single) found.heads.push(compare('heads within groups', inside));
    const rows = subMatrix(
      values,
      a * reference.headSize,
      reference.headSize,
      b * subject.headSize,
      subject.headSize,
    );
    found.values.push(compare('value rows', rows));
  });
  return found;
}

function columnsOf(m: Matrix, columns: readonly number[]): Matrix {
  if (columns.length === m.columns) return m;
  const out = matrix(m.rows, columns.length);
  for (let i = 0; i < m.rows; i++)
    columns.forEach((from, j) => {
      out.data[i * columns.length + j] = m.data[i * m.columns + from]!;
    });
  return out;
}

function identity(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i);
}

function subMatrix(m: Matrix, top: number, rows: number, left: number, columns: number): Matrix {
  const out = matrix(rows, columns);
  for (let i = 0; i < rows; i++) {
    const start = (top + i) * m.columns + left;
    out.data.set(m.data.subarray(start, start + columns), i * columns);
  }
  return out;
}

/** Mean over a group's query heads of their best similarity within the other group: blind to order inside. */
function groupSimilarity(similarity: Matrix, { reference, subject }: Shapes): Matrix {
  const sharedA = reference.heads / reference.groups;
  const sharedB = subject.heads / subject.groups;
  const out = matrix(reference.groups, subject.groups);
  for (let head = 0; head < reference.heads; head++)
    for (let group = 0; group < subject.groups; group++) {
      let best = Number.NEGATIVE_INFINITY;
      for (let j = group * sharedB; j < (group + 1) * sharedB; j++)
        best = Math.max(best, similarity.data[head * similarity.columns + j]!);
      out.data[Math.floor(head / sharedA) * subject.groups + group]! += best / sharedA;
    }
  return out;
}
