import type { FigureData, JsonObject } from '@filiation/evidence';
import type { PairContext } from '../context.ts';
import type { SeenMechanism } from './mechanisms.ts';
import { recoverMerge } from './merge.ts';
import type { MergeIngredient, MergeMethod, MergeRecovery } from './merge-recovery.ts';

/** A partial recipe counts as a merge from this share of the change explained. */
const EXPLAINED = 0.9;
/** Weight from which an ingredient counts; more in a recipe that leaves something unexplained. */
const MATERIAL = 0.02;
const MATERIAL_IN_PARTIAL = 0.1;

/** Recovers a merge of the pair's candidates with the reference as base, once a pair. */
export function mergeOf(pair: PairContext): Promise<MergeRecovery | undefined> {
  return pair.once('merge-recovery', async () =>
    pair.candidates.length === 0
      ? undefined
      : await recoverMerge(pair.reference, pair.subject, pair.candidates, {
          seed: pair.parameters.seed,
          progress: pair.progress,
        }),
  );
}

const EXACT: ReadonlySet<MergeMethod> = new Set([
  'linear',
  'task-arithmetic',
  'layerwise',
  'slerp',
  'ties',
  'dare',
]);

/** The mechanism `merged`, where at least two ingredients carry weight. */
export function mergeMechanism(merge: MergeRecovery): SeenMechanism[] {
  const exact = EXACT.has(merge.method);
  const partial = merge.method === 'partial' && merge.r2 >= EXPLAINED && merge.identifiable;
  if (!exact && !partial) return [];
  const least = exact ? MATERIAL : MATERIAL_IN_PARTIAL;
  const material = merge.ingredients.filter(({ coefficient }) => Math.abs(coefficient) >= least);
  if (material.length < 2) return [];
  return [
    { name: 'merged', detail: `${merge.method}: ${recipeText(merge, material)}; R² ${merge.r2.toFixed(6)}` },
  ];
}

function recipeText(merge: MergeRecovery, material: readonly MergeIngredient[]): string {
  const { density, scale, dropRate, fraction } = merge.details;
  if (density !== undefined)
    return `${names(material)}, ${(100 * density).toFixed(0)} % of each change kept, scale ${scale?.toFixed(2)}`;
  if (dropRate !== undefined)
    return `${names(material)}, ${(100 * dropRate).toFixed(0)} % of each change dropped`;
  if (fraction !== undefined) return `${names(material)}, ${fraction.toFixed(3)} of the way`;
  if (!merge.identifiable)
    return `of ${names(material)}, weights not identifiable (condition ${merge.condition.toPrecision(2)})`;
  return material.map(({ name, coefficient }) => `${coefficient.toFixed(3)} ${name}`).join(' + ');
}

function names(material: readonly MergeIngredient[]): string {
  return material.map(({ name }) => name).join(', ');
}

export function mergeFacts(merge: MergeRecovery): JsonObject {
  return {
    method: merge.method,
    r2: merge.r2,
    r2Ceiling: merge.r2Ceiling,
    condition: merge.condition,
    identifiable: merge.identifiable,
    details: merge.details,
    ingredients: merge.ingredients.map((ingredient) => ({ ...ingredient })),
    skipped: merge.skipped,
  };
}

export function mergeTable(merge: MergeRecovery): FigureData {
  return {
    kind: 'table',
    id: 'delta-merge',
    title: 'Weights of the candidates in the subject',
    caption:
      `Least squares over all matrices; low and high are the 5 % and 95 % points over matrices. R² ${merge.r2.toFixed(6)}, ` +
      `condition ${merge.condition.toPrecision(3)}${merge.identifiable ? '' : ': the weights are not identifiable'}.`,
    columns: ['ingredient', 'weight', 'standard error', 'low', 'high'],
    rows: merge.ingredients.map(({ name, coefficient, standardError, low, high }) => [
      name,
      coefficient,
      standardError,
      low,
      high,
    ]),
  };
}
