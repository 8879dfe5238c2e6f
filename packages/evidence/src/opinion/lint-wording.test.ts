import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintWording } from './lint-wording.ts';
import { WORDING_RULES } from './wording-rules.ts';

/** At least one for every rule; the first word group names the rule that must find it. */
const BAD: readonly (readonly [rule: string, text: string])[] = [
  ['percent-sure', 'We are 99.97% sure B is a copy.'],
  ['percent-sure', 'The laboratory is 99 per cent certain.'],
  ['percent-chance-that', 'There is a 98 % probability that the model was derived from A.'],
  ['probability-of-proposition', 'The probability that B is a copy is 0.9997.'],
  ['probability-of-proposition', 'The chance that these models are unrelated is 1 in 4,000.'],
  ['probability-of-proposition', 'the likelihood that B was initialised independently'],
  ['probability-of-proposition', 'the odds that the subject descends from the reference'],
  ['chance-of-innocence', 'The chance of innocence is 1 in 4,000.'],
  ['chance-of-innocence', 'a probability of coincidence below 10^-6'],
  ['one-in-n-that', 'It is one in a million that B was trained independently.'],
  ['times-more-likely-that', 'It is 4,000 times more likely that B was copied.'],
  ['times-more-likely-that', 'B is 4,000 times more likely to be a copy.'],
  ['probably-a-copy', 'The subject is almost certainly a copy.'],
  ['probably-a-copy', 'B was most likely derived from A.'],
  ['only-one-in-n-would-match', 'Only 1 in 10^9 models would match, so it is derived.'],
  ['so-it-is-derived', 'The order agrees; therefore the subject must have been copied.'],
  ['match', 'The comparison is a match.'],
  ['match', 'The examiner reports a positive match.'],
  ['models-match', 'The weights match.'],
  ['models-match', 'The subject matches the reference.'],
  ['coincidence', 'This cannot be coincidence.'],
  ['coincidence', 'Such agreement can’t be a mere accident.'],
  ['coincidence', 'It is no coincidence.'],
  ['certainty', 'It is established beyond reasonable doubt.'],
  ['certainty', 'Shared weights are the smoking gun.'],
  ['no-chance', 'There is no chance that this arose by itself.'],
  ['no-chance', 'The method has a zero error rate.'],
  ['proves', 'The order of neurons proves descent.'],
  ['proves', 'This is proof of copying.'],
  ['no-evidence-of-copying', 'There is no evidence of copying.'],
  ['means-nothing', '1,000 models would also match, so it means nothing.'],
  ['means-nothing', 'The result is meaningless.'],
  ['guilt', 'The developer is guilty.'],
  ['guilt', 'The weights were stolen.'],
  ['guilt', 'This infringes the licence.'],
  ['exonerates', 'The finding exonerates the respondent.'],
];

const GOOD: readonly string[] = [
  'The results are about 4,000 times more probable if B was initialised from A than if B was trained independently on the same corpus; this does not state how probable it is that B was so initialised.',
  'If the models were independent, the chance that this many neurons share their place is below one in K!.',
  'If proposition 2 held, results at least this extreme would occur in fewer than 1 in 10^12 cases.',
  'It is not the probability that the models are unrelated, and a large value does not show that they are.',
  'This is not the chance that B is a copy.',
  'The p-value: how often two models that were initialised independently would agree at least this closely.',
  '95 % confidence interval 0.69 to 1.00; sensitivity at 1 % false positives.',
  'Strong support for proposition 1 relative to proposition 2.',
  'No evidence of shared weights between A and B.',
  'Gate rows and up rows match 1,404 of 1,408 units alike; 128 of 128 channels match one-to-one.',
  'Matched one-to-one by their up-projection weights, do the hidden units keep their ranks?',
  'Consistency proofs, inclusion proofs, the burden of proof and improved methods.',
  'Criminal Procedure Rules part 19; Criminal Practice Directions.',
  'Both descend from a third model that either party was free to use.',
  'A likelihood ratio near 1 favours neither proposition.',
  'Probability of each count if the models were independent.',
  'The probability that so many units keep their place, given that the models are unrelated, is small.',
  'No error rate: shown, never combined into an opinion.',
];

describe('the wording check', () => {
  for (const [rule, text] of BAD)
    it(`flags: ${text}`, () => {
      const faults = lintWording(text);
      const fault = faults.find((each) => each.rule === rule);
      assert.ok(fault, `found only ${faults.map((each) => each.rule).join(', ') || 'nothing'}`);
      assert.equal(text.slice(fault.at, fault.at + fault.found.length), fault.found);
      assert.ok(fault.why.length > 20 && fault.instead.length > 20);
    });

  for (const text of GOOD) it(`leaves alone: ${text}`, () => assert.deepEqual(lintWording(text), []));

  it('has an example for every rule', () => {
    const shown = new Set(BAD.map(([rule]) => rule));
    assert.deepEqual(
      WORDING_RULES.map((rule) => rule.id).filter((id) => !shown.has(id)),
      [],
    );
  });

  it('finds a phrase across line breaks, in capitals and with typographic spaces', () => {
    assert.equal(lintWording('CANNOT\n  BE\u00a0COINCIDENCE').length, 1);
  });

  it('lets a denial reach no further than its sentence', () => {
    assert.equal(lintWording('This is not so. The probability that B is a copy is high.').length, 1);
  });

  it('suggests nothing that it would flag itself', () => {
    for (const { why, instead } of WORDING_RULES) assert.deepEqual(lintWording(`${instead}\n`), [], why);
  });

  it('reads a long text of near misses in linear time', () => {
    const text = 'the probability that a b c d e f g h '.repeat(20_000);
    assert.deepEqual(lintWording(text), []);
  });
});
