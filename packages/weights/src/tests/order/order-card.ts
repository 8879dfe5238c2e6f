import type { Alternative } from '@filiation/evidence';
import { SHARED_ORIGIN_ALTERNATIVES } from '../weight-alternatives.ts';

export const ORDER_ASSUMPTIONS: readonly string[] = [
  'Initial weights are exchangeable between the positions compared (true of independent, identically distributed draws).',
  'Training commutes with relabelling them (true of gradient descent, momentum and Adam on any data in any order).',
  'Blocks of B counted together were initialised apart from each other: layers, experts or heads that repeat an earlier one of B are looked for and left out.',
  'No later step sorted or grouped positions by a property both models share.',
];

export const ORDER_SOURCE =
  'Permutation argument of Zhu, Ahmed, Kuditipudi and Liang, "Independence Tests for Language Models" (2025); exact count of matches at home: E[C(f, k)] = e_k (n-k)!/n!, inclusion-exclusion, convolution over blocks (own derivation).';

export const ORDER_ALTERNATIVES: readonly Alternative[] = [
  ...SHARED_ORIGIN_ALTERNATIVES,
  {
    explanation: 'Both were passed through a tool that sorts or groups units by a property of the weights.',
    ruledOut: false,
  },
  {
    explanation:
      'The training or initialisation treats positions differently by index (structured sparsity, growth in stages).',
    ruledOut: false,
  },
];
