import type { CanonicalModel } from '../canonical/model.ts';
import { comparePair } from '../compare.ts';
import type { WeightParameters } from '../context.ts';
import type { MatrixKernel } from '../kernel/kernel.ts';
import { summariseModel } from '../summary.ts';
import type { LineageTree, TreeModel } from '../tree-types.ts';
import type { StatedClaim } from './claims.ts';
import { inferTree } from './infer-tree.ts';
import { fitMerges } from './merge-fit.ts';
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
  return inferTree({
    models: input.models.map(treeModel),
    relations,
    merges: await findMerges(input.models, input.parameters.seed),
    claims: input.claims,
  });
}

async function findMerges(models: readonly CanonicalModel[], seed: string): Promise<MergeFit[]> {
  const byShape = new Map<string, CanonicalModel[]>();
  for (const model of models) {
    const key = shapeKey(model);
    byShape.set(key, [...(byShape.get(key) ?? []), model]);
  }
  const merges: MergeFit[] = [];
  for (const alike of byShape.values()) {
    if (alike.length < 3) continue;
    const samples = [];
    for (const model of alike) {
      const sample = await sampleWeights(model.name, model, seed);
      if (sample !== undefined) samples.push(sample);
    }
    merges.push(...fitMerges(samples));
  }
  return merges;
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
      dtypes: summary.dtypes,
    },
  };
}
