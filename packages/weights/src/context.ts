import type { RandomStream } from '@filiation/stats';
import type { CanonicalModel } from './canonical/model.ts';
import type { MatrixKernel } from './kernel/kernel.ts';

/** Everything that changes a number in a finding, with defaults in `DEFAULT_PARAMETERS`. */
export interface WeightParameters {
  /** Master seed; each test draws from its own stream, labelled by its id. */
  readonly seed: string;
  /** Hidden units sampled from each layer of the reference (all of them where a layer has fewer). */
  readonly unitsPerLayer: number;
  /** Shared tokens sampled for embedding columns and alignment (all where fewer). */
  readonly tokens: number;
  /** Random permutations of Monte-Carlo nulls. */
  readonly permutations: number;
  /** Bound on the bytes of tensor data held at once. */
  readonly memoryBytes: number;
}

export const DEFAULT_PARAMETERS: WeightParameters = {
  seed: 'filiation',
  unitsPerLayer: 512,
  tokens: 4096,
  permutations: 999,
  memoryBytes: 256 * 1024 ** 2,
};

/** What a test is given. It holds no file, clock or global randomness. */
export interface PairContext {
  /** The possible parent, A. */
  readonly reference: CanonicalModel;
  /** The model in question, B. */
  readonly subject: CanonicalModel;
  /** Further models that may have been merged into the subject. */
  readonly candidates: readonly CanonicalModel[];
  readonly kernel: MatrixKernel;
  readonly parameters: WeightParameters;
  /** A fresh stream for a label; the same label gives the same stream. */
  random(label: string): RandomStream;
  /** Computes once a pair and shares between tests (alignment, shared tokens, unit maps). */
  once<T>(key: string, make: () => Promise<T>): Promise<T>;
  /** Reports work done; `fraction` in [0, 1] of the running test. */
  progress(step: string, fraction: number): void;
}
