import { Groups } from '../tree/spanning.ts';

/** What a pair truly is, from recorded parentage. */
export type PairTruth = 'derived' | 'shared-initialisation' | 'independent';

/** Recorded parentage of one model. */
export interface RecordedModel {
  readonly id: string;
  /** Independent initialisations its weights descend from; itself for a base. */
  readonly weightRoots: readonly string[];
  /** Models of the same initial weights. */
  readonly sharesInitialWeightsWith: readonly string[];
}

/**
 * Labels pairs: `derived` where a trained root is shared (parent and child, siblings, merges),
 * `shared-initialisation` where roots differ but began from the same initial weights, else `independent`.
 */
export function truthOfPairs(models: readonly RecordedModel[]): {
  truth(one: string, other: string): PairTruth;
  /** Cluster of initialisations a pair belongs to: the unit that is independent of other units. */
  family(one: string, other: string): string;
} {
  const byId = new Map(models.map((model) => [model.id, model]));
  const rootsOf = (id: string): readonly string[] => byId.get(id)?.weightRoots ?? [id];
  const roots = [
    ...new Set(models.flatMap((model) => [...model.weightRoots, ...model.sharesInitialWeightsWith])),
  ];
  const initialisation = new Groups(roots);
  for (const model of models)
    for (const other of model.sharesInitialWeightsWith)
      for (const root of model.weightRoots) initialisation.join(root, rootsOf(other)[0] ?? other);
  const clusters = (id: string): string[] => rootsOf(id).map((root) => initialisation.find(root));
  return {
    truth(one, other) {
      if (rootsOf(one).some((root) => rootsOf(other).includes(root))) return 'derived';
      const mine = clusters(one);
      return clusters(other).some((cluster) => mine.includes(cluster))
        ? 'shared-initialisation'
        : 'independent';
    },
    family(one, other) {
      return [...new Set([...clusters(one), ...clusters(other)])].sort().join(' | ');
    },
  };
}
