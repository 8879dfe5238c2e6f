import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/verify';
import fc from 'fast-check';
import { checkOpinionRule, testsOfRule } from './rule.ts';

const refused = (rule: unknown, message: RegExp): void =>
  assert.throws(
    () => checkOpinionRule(rule, 'plan P1'),
    (error) => error instanceof FiliationError && error.code === 'USAGE' && message.test(error.message),
  );

const reasons = {
  underH1: 'the marks were drawn apart from the weights, by another party',
  underH2: 'unrelated models cannot learn both by one cause that we know of',
};

describe('a combination rule in a plan', () => {
  it('is taken as stated where it holds', () => {
    const holm = {
      combine: 'holm',
      tests: [
        { test: 'x', group: 'mlp' },
        { test: 'y', group: 'attention' },
      ],
      groupsNeeded: 2,
      log10Alpha: -6,
    };
    assert.deepEqual(checkOpinionRule(holm), holm);
    assert.deepEqual(testsOfRule(checkOpinionRule(holm)), ['x', 'y']);
    const mean = {
      combine: 'e-mean',
      tests: [
        { test: 'x', weight: 0.25 },
        { test: 'y', weight: 0.75 },
      ],
      calibrator: { kind: 'power', kappa: 0.5 },
      log10Alpha: -3,
    };
    assert.deepEqual(checkOpinionRule(mean), mean);
    assert.deepEqual(checkOpinionRule({ combine: 'primary-lr', test: 'x' }), {
      combine: 'primary-lr',
      test: 'x',
    });
  });

  it('keeps nothing that it does not know', () => {
    const rule = checkOpinionRule({ combine: 'primary', test: 'x', log10Alpha: -6, note: 'later' });
    assert.deepEqual(rule, { combine: 'primary', test: 'x', log10Alpha: -6 });
  });

  it('multiplies likelihood ratios only with a reason under both propositions', () => {
    const tests = [{ test: 'x' }, { test: 'y' }];
    refused({ combine: 'lr-product', tests }, /without a reason .* under proposition 1/);
    refused({ combine: 'lr-product', tests, independence: { ...reasons, underH1: 'yes' } }, /proposition 1/);
    refused(
      { combine: 'lr-product', tests, independence: { ...reasons, underH2: ' '.repeat(40) } },
      /proposition 2/,
    );
    assert.deepEqual(checkOpinionRule({ combine: 'lr-product', tests, independence: reasons }), {
      combine: 'lr-product',
      tests,
      independence: reasons,
    });
  });

  it('fixes level, weights and calibrator beforehand', () => {
    refused({ combine: 'primary', test: 'x' }, /states no level/);
    refused({ combine: 'primary', test: 'x', log10Alpha: 0 }, /states no level/);
    const mean = { combine: 'e-mean', calibrator: { kind: 'mixture' }, log10Alpha: -2 };
    refused({ ...mean, tests: [{ test: 'x', weight: 0.5 }] }, /sum to 0\.5/);
    refused(
      {
        ...mean,
        tests: [
          { test: 'x', weight: -1 },
          { test: 'y', weight: 2 },
        ],
      },
      /not a positive number/,
    );
    refused(
      { ...mean, calibrator: { kind: 'power', kappa: 1 }, tests: [{ test: 'x', weight: 1 }] },
      /calibrator/,
    );
    refused({ combine: 'holm', tests: [{ test: 'x' }, { test: 'x' }], log10Alpha: -6 }, /twice/);
    refused(
      { combine: 'holm', tests: [{ test: 'x', group: 'a' }], groupsNeeded: 2, log10Alpha: -6 },
      /2 agreeing groups of 1/,
    );
    refused({ combine: 'harmonic' }, /no known combination rule/);
  });

  it('refuses anything else with a usage error, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          checkOpinionRule(value);
        } catch (error) {
          assert.ok(error instanceof FiliationError && error.code === 'USAGE');
        }
      }),
    );
  });
});
