import type { CanonicalModel } from '../canonical/model.ts';
import { comparePair } from '../compare.ts';
import type { WeightParameters } from '../context.ts';
import { recoverMerge } from '../delta/merge.ts';
import type { MatrixKernel } from '../kernel/kernel.ts';
import { summariseModel } from '../summary.ts';
import type { LineageTree, TreeModel } from '../tree-types.ts';
import type { StatedClaim } from './claims.ts';
import { inferTree } from './infer-tree.ts';
import { fitMerges, type SuspectMerge, suspectMerges, type WeightSample } from './merge-fit.ts';
import { type MergeFit, type PairRelation, relationIndex, relationOf } from './relations.ts';
import { sampleWeights, shapeKey } from './sample-weights.ts';

export interface PairsInput {
  /** Names are used as ids and must differ. */
  readonly models: readonly CanonicalModel[];
  readonly kernel: MatrixKernel;
  readonly parameters: WeightParameters;
  readonly now: () => Date;
  /** Relations of an interrupted run. */
  readonly done?: readonly PairRelation[];
  readonly onRelation?: (relation: PairRelation) => Promise<void>;
  readonly onProgress?: (step: string, done: number, total: number) => void;
}

/** Compares every pair of models once, the earlier in the list as reference. */
export async function compareAllPairs(input: PairsInput): Promise<PairRelation[]> {
  const held = relationIndex(input.done ?? []);
  const pairs = input.models.flatMap((reference, i) =>
    input.models.slice(i + 1).map((subject) => ({ reference, subject })),
  );
  const relations: PairRelation[] = [];
  for (const [i, { reference, subject }] of pairs.entries()) {
    input.onProgress?.(`${reference.name} and ${subject.name}`, i, pairs.length);
    const known = held(reference.name, subject.name);
    if (known !== undefined) {
      relations.push(known);
      continue;
    }
    const report = await comparePair({
      ...input,
      reference,
      subject,
      done: new Map(),
      onProgress: () => undefined,
    });
    const relation = relationOf(reference.name, subject.name, report);
    relations.push(relation);
    await input.onRelation?.(relation);
  }
  input.onProgress?.('done', pairs.length, pairs.length);
  return relations;
}

/** Lineage of many models: every pair compared, merges fitted, claims held against the result. */
export async function buildTree(
  input: PairsInput & { readonly claims: readonly StatedClaim[] },
): Promise<LineageTree> {
  const relations = await compareAllPairs(input);
  const shapes = {
    models: input.models.map(treeModel),
    merges: await findMerges(input.models, input.parameters.seed, (step) => input.onProgress?.(step, 0, 1)),
    claims: input.claims,
  };
  const first = inferTree({ ...shapes, relations });
  return inferTree({ ...shapes, relations: await asDrawn(input, first, relations) });
}

/** Branches whose parent was compared as the subject are compared again the other way round, so that
 *  what is said of the change reads from parent to child. */
async function asDrawn(
  input: PairsInput,
  tree: LineageTree,
  relations: readonly PairRelation[],
): Promise<PairRelation[]> {
  const between = relationIndex(relations);
  const byName = new Map(input.models.map((model) => [model.name, model]));
  const turned = new Map<PairRelation, PairRelation>();
  for (const edge of tree.edges) {
    const relation = between(edge.parent, edge.child);
    if (edge.kind !== 'descent' || relation === undefined || relation.a === edge.parent) continue;
    const reference = byName.get(edge.parent)!;
    const subject = byName.get(edge.child)!;
    const report = await comparePair({ ...input, reference, subject, done: new Map(), onProgress: () => {} });
    turned.set(relation, relationOf(edge.parent, edge.child, report));
  }
  return relations.map((relation) => turned.get(relation) ?? relation);
}

async function findMerges(
  models: readonly CanonicalModel[],
  seed: string,
  progress: (step: string) => void,
): Promise<MergeFit[]> {
  const byShape = new Map<string, CanonicalModel[]>();
  for (const model of models) {
    const key = shapeKey(model);
    byShape.set(key, [...(byShape.get(key) ?? []), model]);
  }
  const merges: MergeFit[] = [];
  for (const alike of byShape.values()) {
    if (alike.length < 3) continue;
    const samples: WeightSample[] = [];
    for (const model of alike) {
      const sample = await sampleWeights(model.name, model, seed);
      if (sample !== undefined) samples.push(sample);
    }
    const exact = fitMerges(samples);
    merges.push(...exact);
    const named = new Map(alike.map((model) => [model.name, model]));
    const found = new Set(exact.map((merge) => merge.child));
    for (const suspect of suspectMerges(samples, found)) {
      if (found.has(suspect.child)) continue;
      progress(`merge: ${suspect.child}`);
      const fit = await confirmMerge(suspect, named, seed);
      if (fit === undefined) continue;
      merges.push(fit);
      found.add(suspect.child);
    }
  }
  return merges;
}

/** Trimmed and dropped merges (TIES, DARE), which no weighted sum reproduces. */
async function confirmMerge(
  suspect: SuspectMerge,
  models: ReadonlyMap<string, CanonicalModel>,
  seed: string,
): Promise<MergeFit | undefined> {
  const model = (id: string): CanonicalModel => models.get(id)!;
  const found = await recoverMerge(model(suspect.base), model(suspect.child), suspect.parents.map(model), {
    seed,
    sampledElements: 2 ** 15,
  });
  if ((found.method !== 'ties' && found.method !== 'dare') || !found.identifiable) return undefined;
  return {
    child: suspect.child,
    parents: suspect.parents.map((id, i) => ({ id, weight: found.ingredients[i]!.coefficient })),
    residual: Math.sqrt(Math.max(0, 1 - found.r2)),
    floor: Math.sqrt(Math.max(0, 1 - found.r2Ceiling)),
    method: found.method,
  };
}

function treeModel(model: CanonicalModel): TreeModel {
  const summary = summariseModel(model);
  return {
    id: model.name,
    name: model.name,
    digest: model.digest,
    summary: {
      family: summary.family,
      parameters: summary.parameters,
      layers: summary.layers,
      dtypes: summary.dtypes.join(', '),
    },
  };
}
