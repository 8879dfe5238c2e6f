import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { truthOfPairs } from './truth.ts';

const models = [
  { id: 'a', weightRoots: ['a'], sharesInitialWeightsWith: [] },
  { id: 'a-tuned', weightRoots: ['a'], sharesInitialWeightsWith: [] },
  { id: 'a-twin', weightRoots: ['a-twin'], sharesInitialWeightsWith: ['a'] },
  { id: 'b', weightRoots: ['b'], sharesInitialWeightsWith: [] },
  { id: 'a-b-merge', weightRoots: ['a', 'b'], sharesInitialWeightsWith: [] },
];

describe('truthOfPairs', () => {
  const { truth, family } = truthOfPairs(models);

  it('calls pairs with a trained root in common derived, merges with either side too', () => {
    assert.equal(truth('a', 'a-tuned'), 'derived');
    assert.equal(truth('b', 'a-b-merge'), 'derived');
    assert.equal(truth('a-tuned', 'a-b-merge'), 'derived');
  });

  it('keeps twins of one initialisation apart from descent', () => {
    assert.equal(truth('a-tuned', 'a-twin'), 'shared-initialisation');
    assert.equal(truth('a-twin', 'a'), 'shared-initialisation');
  });

  it('calls the rest independent and puts pairs of the same two initialisations in one family', () => {
    assert.equal(truth('a', 'b'), 'independent');
    assert.equal(truth('a-twin', 'b'), 'independent');
    assert.equal(family('a', 'b'), family('b', 'a-twin'));
  });
});
