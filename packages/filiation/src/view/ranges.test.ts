import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { counted } from './counted.ts';
import { ranges } from './ranges.ts';

describe('lists of numbers', () => {
  it('draw together what follows one upon the other', () => {
    const finding = (at: number): string => `F${at}`;
    assert.equal(ranges(Array.from({ length: 39 }, (_, at) => finding(at + 1))), 'F1–F39');
    assert.equal(ranges(['F1', 'F2', 'F4', 'F5', 'F6', 'O1', 'O2', 'O3', 'T1']), 'F1, F2, F4–F6, O1–O3, T1');
    assert.equal(ranges(['F9', 'F10', 'F11', 'F3']), 'F9–F11, F3');
    assert.equal(ranges([]), '');
  });

  it('count with the right form of the noun', () => {
    assert.equal(counted(0, 'reply', 'replies'), 'no replies');
    assert.equal(counted(1, 'finding'), '1 finding');
    assert.equal(counted(2, 'finding'), '2 findings');
  });
});
