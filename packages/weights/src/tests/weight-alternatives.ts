import type { Alternative } from '@filiation/evidence';

/** What else than descent could make aligned layers agree. `by` names the test that can rule it out. */
export const SHARED_ORIGIN_ALTERNATIVES: readonly Alternative[] = [
  { explanation: 'Both models descend from a third one, for example a public base model.', ruledOut: false },
  {
    explanation: 'Both were initialised from the same public seed or checkpoint and trained apart.',
    ruledOut: false,
    by: 'weights.learned-structure',
  },
  { explanation: 'The reference descends from the subject.', ruledOut: false, by: 'weights.direction' },
];
