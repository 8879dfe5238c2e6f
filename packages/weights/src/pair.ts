import { randomStream } from '@filiation/stats';
import type { CanonicalModel } from './canonical/model.ts';
import { DEFAULT_PARAMETERS, type PairContext, type WeightParameters } from './context.ts';
import type { MatrixKernel } from './kernel/kernel.ts';

export interface PairInput {
  readonly reference: CanonicalModel;
  readonly subject: CanonicalModel;
  readonly candidates?: readonly CanonicalModel[];
  readonly kernel: MatrixKernel;
  readonly parameters?: Partial<WeightParameters>;
  readonly progress?: (step: string, fraction: number) => void;
}

/** The context in which every test of one pair runs. */
export function pairContext(input: PairInput): PairContext {
  const parameters = { ...DEFAULT_PARAMETERS, ...input.parameters };
  const made = new Map<string, Promise<unknown>>();
  return {
    reference: input.reference,
    subject: input.subject,
    candidates: input.candidates ?? [],
    kernel: input.kernel,
    parameters,
    random: (label) => randomStream(`${parameters.seed}/${label}`),
    once<T>(key: string, make: () => Promise<T>): Promise<T> {
      const held = made.get(key) as Promise<T> | undefined;
      if (held !== undefined) return held;
      const fresh = make();
      made.set(key, fresh);
      return fresh;
    },
    progress: input.progress ?? (() => undefined),
  };
}
