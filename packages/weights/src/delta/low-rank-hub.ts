import type { CanonicalModel } from '../canonical/model.ts';
import type { PairContext } from '../context.ts';
import { pairContext } from '../pair.ts';
import { explanationOf, kinInPlace, median, unlike } from './change.ts';
import { differenceSpectra } from './difference-spectra.ts';
import type { DirectionSign } from './direction-signs.ts';
import { tensorPass } from './tensor-pass.ts';

/** Candidates looked at: each costs a pass over its tensors. */
const MOST_CANDIDATES = 4;
/** Low-rank neighbours that make a model a hub: with two, the hub may be one's child and the other's parent. */
const FEWEST_SPOKES = 3;

/**
 * A model from which several others differ by low-rank changes whose ranks add up between them is most
 * likely what they were all tuned from: at most one of the spokes can be its parent. An indication only.
 */
export async function hubSigns(pair: PairContext): Promise<DirectionSign[]> {
  const { reference, subject } = pair;
  const others = pair.candidates.slice(0, MOST_CANDIDATES);
  if (others.length < FEWEST_SPOKES - 1) return [];
  const own = await changeRank(pair, reference, subject);
  if (own === undefined) return [];
  const out: DirectionSign[] = [];
  for (const hub of [reference, subject]) {
    const spoke = hub === reference ? subject : reference;
    let spokes = 1;
    for (const other of others) {
      const rank = await changeRank(pair, hub, other);
      const across = rank === undefined ? undefined : await changeRank(pair, spoke, other);
      if (rank !== undefined && across !== undefined && across > Math.max(rank, own)) spokes++;
    }
    if (spokes >= FEWEST_SPOKES)
      out.push({
        kind: 'hub',
        direction: hub === reference ? 'reference-to-subject' : 'subject-to-reference',
        strength: 'indication',
        text: `${spokes} models differ from the ${hub === reference ? 'reference' : 'subject'} by low-rank changes that add up between them`,
      });
  }
  return out;
}

/** Median rank of the change where every decomposed matrix is low-rank, else undefined. */
async function changeRank(
  pair: PairContext,
  reference: CanonicalModel,
  subject: CanonicalModel,
): Promise<number | undefined> {
  const between = pairContext({ reference, subject, kernel: pair.kernel, parameters: pair.parameters });
  const { measures } = await tensorPass(between);
  if (!kinInPlace(measures)) return undefined;
  const changed = measures.filter((measure) => explanationOf(measure) === undefined && !unlike(measure));
  const spectra = await differenceSpectra(between, changed);
  if (spectra.length === 0 || !spectra.every(({ kind }) => kind === 'low-rank')) return undefined;
  return median(spectra.map(({ rank }) => rank));
}
