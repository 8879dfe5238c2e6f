import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError, type PartItem } from '@filiation/evidence';
import { choiceOf } from './part-choice.ts';

const sha256 = '00'.repeat(32);
const file = (path: string): PartItem => ({ path, size: 1, sha256 });
const tensor = (name: string): PartItem => ({
  file: 'm',
  name,
  dtype: 'F32',
  shape: [],
  start: 0,
  end: 4,
  sha256,
});
const coded = (code: string) => (error: unknown) => error instanceof FiliationError && error.code === code;

describe('the choice of parts', () => {
  it('is by index, by range with both ends, and by the name of a file or tensor', () => {
    const choice = choiceOf(['2', '5-7', 'config.json', 'layer.0']);
    const chosen = [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((index) => choice.has(index));
    assert.deepEqual(chosen, [2, 5, 6, 7]);
    assert.ok(choice.has(0, file('config.json')) && choice.has(1, tensor('layer.0')));
    assert.ok(!choice.has(0, file('other.json')) && !choice.has(0, { index: 0, sha256 }));
    choice.finish(8);
  });

  it('says what does not exist, once all parts have been seen', () => {
    assert.throws(() => choiceOf(['7']).finish(7), coded('NOT_FOUND'));
    assert.throws(() => choiceOf(['no-such-tensor']).finish(7), coded('NOT_FOUND'));
    assert.throws(() => choiceOf(['5-2']), coded('USAGE'));
    assert.throws(() => choiceOf([]), coded('USAGE'));
  });
});
