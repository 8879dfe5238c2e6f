import type { TensorRole } from '../../canonical/model.ts';
import type { PairContext } from '../../context.ts';
import { CopyFinder, rowsToLookAt } from './copies.ts';
import { layerMap } from './layer-map.ts';
import { mlpSource } from './mlp-source.ts';
import { type UnitSource, unitRows } from './unit-rows.ts';

/** One MLP of B beside the MLP of A it is compared with. */
export interface MlpPlace {
  readonly name: string;
  readonly reference: UnitSource;
  readonly subject: UnitSource;
}

export interface MlpPlaces {
  readonly places: readonly MlpPlace[];
  /** Why nothing can be compared, when `places` is empty. */
  readonly reason: string;
  /** Reference layer of each subject layer. */
  readonly layers: readonly number[];
  /** MLPs of B left out because they repeat another one of B (see `CopyFinder`). */
  readonly copies: readonly string[];
}

/** Pairs of MLPs to compare, layer by layer (and expert by expert where both have the same number). */
export async function mlpPlaces(pair: PairContext, role: TensorRole): Promise<MlpPlaces> {
  const a = pair.reference.architecture;
  const b = pair.subject.architecture;
  const none = (reason: string): MlpPlaces => ({ places: [], reason, layers: [], copies: [] });
  if (a.hiddenSize !== b.hiddenSize)
    return none(
      `the residual streams have ${a.hiddenSize} and ${b.hiddenSize} channels, so rows cannot be compared`,
    );
  if (a.experts !== b.experts)
    return none(`the reference has ${a.experts} experts a layer and the subject ${b.experts}`);
  const { referenceOf } = await layerMap(pair);
  const experts = a.experts === 0 ? [undefined] : Array.from({ length: a.experts }, (_, e) => e);
  const places: MlpPlace[] = [];
  referenceOf.forEach((layerA, layerB) => {
    for (const expert of [...new Set([undefined, ...experts])]) {
      const reference = mlpSource(pair.reference, role, layerA, expert);
      const subject = mlpSource(pair.subject, role, layerB, expert);
      if (reference === undefined || subject === undefined) continue;
      if (reference.tensor.columns !== subject.tensor.columns) continue;
      const from = layerA === layerB ? '' : ` (reference layer ${layerA})`;
      places.push({
        name: `layer ${layerB}${expert === undefined ? '' : ` expert ${expert}`}${from}`,
        reference,
        subject,
      });
    }
  });
  return places.length > 0
    ? { ...(await withoutCopies(pair, places)), reason: '', layers: referenceOf }
    : none('no layer has MLP matrices of one width in both models');
}

/** Experts are held against the other experts of their layer and against their namesakes elsewhere. */
async function withoutCopies(
  pair: PairContext,
  all: readonly MlpPlace[],
): Promise<Pick<MlpPlaces, 'places' | 'copies'>> {
  const finder = new CopyFinder(pair.kernel, pair.random('mlp-copies'));
  const places: MlpPlace[] = [];
  const copies: string[] = [];
  for (const place of all) {
    const { tensor } = place.subject;
    const sampled = await unitRows(place.subject, rowsToLookAt(tensor.rows));
    const tags = [`layer ${tensor.layer}`, `expert ${tensor.expert}`];
    if (await finder.isCopy(sampled, tensor.rows, tags)) copies.push(place.name);
    else places.push(place);
  }
  return { places, copies };
}
