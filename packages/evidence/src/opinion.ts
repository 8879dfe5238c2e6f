import type { JsonObject } from '@filiation/verify';
import type { Alternative, Exactness, ExhibitReference } from './finding.ts';

export type WeightRelation =
  | 'identical'
  | 'derived'
  | 'shared-initialisation'
  | 'no-evidence'
  | 'not-testable';

export type DescentDirection = 'reference-to-subject' | 'subject-to-reference' | 'undetermined';

/** How B's weights differ from A's, as far as the data show. */
export interface Mechanism {
  /** For example `fine-tune`, `low-rank`, `quantised`, `pruned-width`, `pruned-depth`, `sparsified`,
   *  `merged`, `permuted`, `rotated`, `resized-vocabulary`, `cast`. */
  readonly name: string;
  readonly detail: string;
  /** Id of the test that saw it. */
  readonly by: string;
}

/** One primary test as it enters the rule. */
export interface PrimaryResult {
  readonly test: string;
  readonly family: string;
  readonly exactness: Exactness;
  readonly log10P: number;
  /** After Holm over all primary tests but those not testable on these models. */
  readonly log10PAdjusted: number;
  readonly significant: boolean;
}

/** Findings combined under one pair of propositions by a rule stated before the run. */
export interface WeightOpinion {
  readonly propositions: { readonly h1: string; readonly h2: string };
  readonly exhibits: readonly ExhibitReference[];
  readonly relation: WeightRelation;
  /** Holm-adjusted log10 p of the test the opinion is quoted by (the strongest exact one where that is
   *  significant, else the strongest); absent where nothing was testable. */
  readonly log10P?: number;
  readonly exactness?: Exactness;
  readonly mechanisms: readonly Mechanism[];
  readonly direction: DescentDirection;
  readonly directionReason: string;
  /** The opinion in one plain sentence. */
  readonly sentence: string;
  /** How strong, in words and a number. */
  readonly strength: string;
  readonly primary: readonly PrimaryResult[];
  readonly alternatives: readonly Alternative[];
  /** For `no-evidence`: the smallest relationship the data could have detected. */
  readonly detectable?: string;
  /** Why, for `not-testable`. */
  readonly reason?: string;
  readonly rule: JsonObject;
}
