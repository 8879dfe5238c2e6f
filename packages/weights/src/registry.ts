import { architectureTest } from './tests/architecture.ts';
import { attention } from './tests/attention.ts';
import { channelOrder } from './tests/channel-order.ts';
import { delta } from './tests/delta.ts';
import { direction } from './tests/direction.ts';
import { headOrder } from './tests/head-order.ts';
import { identity } from './tests/identity.ts';
import { learnedStructure } from './tests/learned-structure.ts';
import { match } from './tests/match.ts';
import { neuronOrder } from './tests/neuron-order.ts';
import { phiU } from './tests/phi-u.ts';
import { rotation } from './tests/rotation.ts';
import { tokenizerTest } from './tests/tokenizer.ts';
import type { WeightTest } from './weight-test.ts';

/** Every weight and artefact test, in the order they run; a new test is one more line. */
export const WEIGHT_TESTS: readonly WeightTest[] = [
  identity,
  neuronOrder,
  headOrder,
  channelOrder,
  phiU,
  match,
  attention,
  rotation,
  learnedStructure,
  delta,
  direction,
  tokenizerTest,
  architectureTest,
];
