import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holm } from '@filiation/stats';
import { FiliationError } from '@filiation/verify';
import fc from 'fast-check';
import { finding, numbered } from './fixture.test.support.ts';
import type { OpinionInput } from './form-opinion.ts';
import { formOpinions } from './form-opinions.ts';

const input = (comparison: string, log10P: number | undefined): OpinionInput => ({
  question: 'weights',
  propositions: { h1: 'B descends from A', h2: 'B was made apart from A' },
  comparison,
  exhibits: [],
  rule: { combine: 'primary', test: 'x', log10Alpha: -2 },
  findings: log10P === undefined ? [] : numbered([finding('x', { log10P })]),
  cards: [],
});
const outcomes = (ps: readonly (number | undefined)[], across: 'holm' | 'bonferroni' | 'none') =>
  formOpinions(
    ps.map((each, at) => input(`C${at + 1}`, each)),
    { alpha: '0.01', across },
  ).map((each) => each.outcome);

describe('opinions on several comparisons', () => {
  it('share the error budget of the plan', () => {
    assert.deepEqual(outcomes([-2.2, -9, -0.1], 'none'), ['against-h2', 'against-h2', 'undecided']);
    assert.deepEqual(outcomes([-2.2, -9, -0.1], 'bonferroni'), ['undecided', 'against-h2', 'undecided']);
    assert.deepEqual(outcomes([-2.4, -9, -0.1], 'holm'), ['against-h2', 'against-h2', 'undecided']);
  });

  it('pay for comparisons that were not run', () => {
    assert.deepEqual(outcomes([-2.2, undefined, undefined], 'holm'), [
      'undecided',
      'not-testable',
      'not-testable',
    ]);
  });

  it('decide exactly where Holm’s adjusted p-values do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -6, max: 0, noNaN: true }), { minLength: 1, maxLength: 6 }),
        (ps) => {
          const adjusted = holm(ps);
          // At the level itself the last digit decides; nothing is said about it.
          fc.pre(adjusted.every((each) => Math.abs(each + 2) > 1e-9));
          assert.deepEqual(
            outcomes(ps, 'holm'),
            adjusted.map((each) => (each <= -2 ? 'against-h2' : 'undecided')),
          );
        },
      ),
    );
  });

  it('refuses a budget that is no probability', () => {
    for (const alpha of ['0', '1', '-1', 'x'])
      assert.throws(
        () => formOpinions([input('C1', -9)], { alpha, across: 'none' }),
        (error) => error instanceof FiliationError && error.code === 'USAGE',
      );
  });
});
