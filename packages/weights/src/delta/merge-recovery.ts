import type { TensorRole } from '../canonical/model.ts';

/**
 * `single`: the subject is one ingredient. `linear`: weights that sum to one. `task-arithmetic`: task
 * vectors added to the base with other weights. `layerwise`: exact in every tensor, with weights that
 * differ. `partial`: some of the change is explained, some is not. `none`: too little is.
 */
export type MergeMethod =
  | 'single'
  | 'linear'
  | 'task-arithmetic'
  | 'layerwise'
  | 'slerp'
  | 'ties'
  | 'dare'
  | 'partial'
  | 'none';

export interface MergeIngredient {
  readonly name: string;
  /** Weight over all tensors together; the base's is one minus the candidates' sum. */
  readonly coefficient: number;
  readonly standardError: number;
  /** 5 % and 95 % points of the coefficient over tensors. */
  readonly low: number;
  readonly high: number;
}

export interface MergeTensor {
  readonly label: string;
  readonly role: TensorRole;
  readonly layer: number | undefined;
  readonly coefficients: readonly number[];
  readonly unexplained: number;
}

export interface MergeRecovery {
  readonly method: MergeMethod;
  /** Candidates in order, then the base where one was given. */
  readonly ingredients: readonly MergeIngredient[];
  /** 1 - unexplained / total of the change from the base (of the weights themselves without a base). */
  readonly r2: number;
  /** R² that a perfect recipe would reach, its result rounded as the subject is. */
  readonly r2Ceiling: number;
  readonly condition: number;
  /** Whether the coefficients mean anything: collinear candidates can replace each other. */
  readonly identifiable: boolean;
  /** Of SLERP: `fraction`; TIES: `density`, `scale`; DARE: `dropRate`. */
  readonly details: Readonly<Record<string, number>>;
  readonly tensors: readonly MergeTensor[];
  /** Tensors that not all models have in one shape. */
  readonly skipped: readonly string[];
}

export interface MergeOptions {
  readonly seed?: string;
  /** Elements of a tensor that are read. */
  readonly sampledElements?: number;
  readonly progress?: (step: string, fraction: number) => void;
}
