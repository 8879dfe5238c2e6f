import type { TestCard, TestOutcome } from '@filiation/evidence';
import type { PairContext } from './context.ts';

/** Tensor families for the rule that two must agree before "derived". */
export type TensorFamily = 'embedding' | 'attention' | 'mlp';

/** A test is one file: it exports this, and the registry lists it. */
export interface WeightTest {
  readonly card: TestCard;
  /** Set on the tests that enter the opinion's Holm correction. */
  readonly primary?: { readonly family: TensorFamily };
  run(pair: PairContext): Promise<TestOutcome>;
}
