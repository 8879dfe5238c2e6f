import type { PairContext } from '../context.ts';
import { findLattice, findRequantised, type LatticeFit, withinHalfStep } from './lattice.ts';
import { requantisedBlocks } from './requantised-blocks.ts';
import type { Ratios } from './running-measure.ts';
import type { TensorPair } from './tensor-pairs.ts';

/** Values among which lattices are looked for, in whole rows, and bounds on the rows. */
const LATTICE_VALUES = 2 ** 15;
const FEWEST_ROWS = 4;
const MOST_ROWS = 32;
/** Narrower rows and vectors have too few values for a scale to show. */
const NARROWEST = 32;

/** How few levels each side's values have, and whether one side is the other rounded to fewer. */
export interface Rounding {
  readonly reference?: LatticeFit;
  readonly subject?: LatticeFit;
  /** Which is the other one rounded, to what, and on what share of the sampled values it agrees. */
  readonly requantised?: {
    readonly from: 'reference' | 'subject';
    readonly as: string;
    readonly share: number;
  };
  /** Share of values no further from the reference than the subject's lattice can have moved them. */
  readonly withinHalfStep?: number;
}

/** Looks for rounding to few levels on a few seeded rows of a matrix. */
export async function roundingOf(
  context: PairContext,
  pair: TensorPair,
  measured: Ratios,
  same: boolean,
): Promise<Rounding> {
  const { reference, subject } = pair;
  const blocks = same ? undefined : await requantisedBlocks(context, pair);
  if (subject.rows < 2 || reference.rows < 2 || subject.columns < NARROWEST) return {};
  const rows = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, Math.floor(LATTICE_VALUES / subject.columns)));
  const wanted = context
    .random(`lattice/${pair.label}`)
    .sample(pair.rows?.subject.length ?? subject.rows, rows);
  const a = await reference.read(mapped(wanted, pair.rows?.reference));
  const b = await subject.read(mapped(wanted, pair.rows?.subject));
  const [bitsA, bitsB] = [measured.mantissaBitsReference, measured.mantissaBitsSubject];
  const ofReference = findLattice(a, bitsA);
  const ofSubject = findLattice(b, bitsB);
  const comparable = !same && pair.columns === undefined && a.columns === b.columns && near(measured);
  const down = comparable ? findRequantised(a, b, bitsB) : undefined;
  const up = comparable && down === undefined ? findRequantised(b, a, bitsA) : undefined;
  const requantised =
    blocks ??
    (down !== undefined
      ? { from: 'reference' as const, as: down.lattice.name, share: down.share }
      : up !== undefined
        ? { from: 'subject' as const, as: up.lattice.name, share: up.share }
        : undefined);
  return {
    ...(ofReference === undefined ? {} : { reference: ofReference }),
    ...(ofSubject === undefined ? {} : { subject: ofSubject }),
    ...(requantised === undefined ? {} : { requantised }),
    ...(comparable && ofSubject !== undefined
      ? { withinHalfStep: withinHalfStep(a, b, ofSubject.lattice, bitsB) }
      : {}),
  };
}

/** Rounding to a handful of levels keeps a tensor this close; strangers need no search. */
function near(measured: Ratios): boolean {
  return measured.cosine > 0.9;
}

function mapped(wanted: Int32Array, map: Int32Array | undefined): Int32Array {
  return map === undefined ? wanted : wanted.map((i) => map[i]!);
}
