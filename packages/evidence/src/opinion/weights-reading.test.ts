import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WeightOpinion } from '../opinion.ts';
import { finding, numbered } from './fixture.test.support.ts';
import { readingOfWeights } from './weights-reading.ts';

const opinion = (changes: Partial<WeightOpinion>): WeightOpinion => ({
  propositions: { h1: 'h1', h2: 'h2' },
  exhibits: [],
  relation: 'derived',
  mechanisms: [{ name: 'fine-tune', detail: 'every tensor moved a little', by: 'weights.delta' }],
  direction: 'reference-to-subject',
  directionReason: 'a token was added',
  sentence: 'A and B share a trained origin.',
  strength: '',
  primary: [],
  alternatives: [],
  rule: { id: 'weights-opinion/1' },
  ...changes,
});

describe('what the weight tests read beyond a number', () => {
  it('is carried into the case: changes, direction, the rule that read it', () => {
    const reading = readingOfWeights(opinion({}), []);
    assert.equal(reading.by, 'weights-opinion/1');
    assert.deepEqual(
      reading.details.map((each) => each.name),
      ['fine-tune', 'direction'],
    );
    assert.match(reading.details[1]?.text ?? '', /the reference came first: a token was added/);
    assert.equal(reading.third, undefined);
  });

  it('names a shared initialisation as an explanation that is neither proposition', () => {
    const reading = readingOfWeights(opinion({ relation: 'shared-initialisation' }), []);
    assert.match(reading.third?.explanation ?? '', /same initial weights/);
  });

  it('takes an explanation as ruled out only where the finding that does it is in the case', () => {
    const alternatives = [{ explanation: 'one seed', ruledOut: true, by: 'weights.learned-structure' }];
    const without = readingOfWeights(opinion({ alternatives }), []);
    assert.equal(without.alternatives?.[0]?.ruledOut, false);
    const learned = numbered([finding('weights.learned-structure')]);
    assert.deepEqual(readingOfWeights(opinion({ alternatives }), learned).alternatives, [
      { explanation: 'one seed', ruledOut: true, by: 'weights.learned-structure', finding: 'F1' },
    ]);
  });
});
