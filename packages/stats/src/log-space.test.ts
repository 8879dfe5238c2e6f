import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { log10Sum, logOneMinusExp, logSumExp } from './log-space.ts';

describe('sums in log space', () => {
  it('add what linear numbers cannot hold', () => {
    assert.ok(Math.abs(logSumExp([-5000, -5000]) - (-5000 + Math.LN2)) < 1e-12);
    assert.ok(Math.abs(log10Sum([-400, -401, -9000]) - (-400 + Math.log10(1.1))) < 1e-12);
    assert.equal(logSumExp([]), Number.NEGATIVE_INFINITY);
    assert.equal(logSumExp([Number.NEGATIVE_INFINITY, -1]), -1);
  });

  it('take complements accurately next to 0 and far from it', () => {
    assert.ok(Math.abs(logOneMinusExp(-1e-20) - Math.log(1e-20)) < 1e-12);
    assert.equal(logOneMinusExp(-800), -Math.exp(-800));
  });
});
