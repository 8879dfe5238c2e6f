import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError, OPINION_SCHEMA, schemaFaults } from '@filiation/verify';
import fc from 'fast-check';
import type { TestCard } from '../card.ts';
import type { Finding } from '../finding.ts';
import { finding, numbered, withLR } from './fixture.test.support.ts';
import { formOpinion, type OpinionInput } from './form-opinion.ts';
import { lintWording } from './lint-wording.ts';
import type { OpinionRule } from './rule.ts';

const PRIMARY: OpinionRule = { combine: 'primary', test: 'x', log10Alpha: -6 };
const HOLM: OpinionRule = {
  combine: 'holm',
  tests: [
    { test: 'x', group: 'mlp' },
    { test: 'y', group: 'attention' },
    { test: 'z', group: 'embedding' },
  ],
  groupsNeeded: 2,
  log10Alpha: -6,
};
const ZOO = { id: 'zoo', families: { related: 20, unrelated: 300 } };

const opinion = (rule: OpinionRule, findings: readonly Finding[], changes: Partial<OpinionInput> = {}) =>
  formOpinion({
    question: 'weights',
    propositions: {
      h1: 'B’s weights descend from those of A.',
      h2: 'B was initialised and trained independently of A.',
    },
    exhibits: [],
    rule,
    findings: numbered(findings),
    cards: [],
    calibrations: [ZOO],
    ...changes,
  });

const p = (id: string, log10P: number, changes: Partial<Finding> = {}) => finding(id, { log10P, ...changes });

describe('one primary test', () => {
  it('decides alone, at the level fixed before; the others are shown', () => {
    const formed = opinion(PRIMARY, [p('x', -12.4), p('y', -0.1), p('z', -80)]);
    assert.equal(formed.outcome, 'against-h2');
    assert.deepEqual(
      formed.entered.map((each) => each.number),
      ['F1'],
    );
    assert.deepEqual(
      formed.listed.map(({ number, why }) => [number, why]),
      [
        ['F2', 'not-in-rule'],
        ['F3', 'not-in-rule'],
      ],
    );
    assert.deepEqual(formed.negative, ['F2']);
    assert.match(formed.sentence, /If proposition 2 held .* in fewer than 1 in 10\^12 cases/);
    assert.match(formed.caution, /does not state how probable/);
  });

  it('does not turn a missed level into support for the other proposition', () => {
    const formed = opinion(PRIMARY, [p('x', -2)]);
    assert.equal(formed.outcome, 'undecided');
    assert.match(formed.sentence, /not support for proposition 2/);
    assert.deepEqual(formed.negative, ['F1']);
  });

  it('keeps a long proposition out of the sentence, so that the log can hold it', () => {
    const long = 'B was made by other means '.repeat(200);
    const formed = opinion(PRIMARY, [p('x', -12)], { propositions: { h1: 'B descends from A', h2: long } });
    assert.match(formed.sentence, /^If proposition 2 held, results/);
  });

  it('uses no word of the likelihood scale for a p-value', () => {
    for (const log10P of [-1, -8, -700])
      assert.doesNotMatch(opinion(PRIMARY, [p('x', log10P)]).sentence, /strong|moderate|weak/);
  });

  it('says of a calibrated test that nothing measured reaches so far out', () => {
    const formed = opinion(PRIMARY, [p('x', -80, { exactness: 'calibrated' })]);
    assert.match(formed.sentence, /measured on cases of known parentage, none of which reaches so far out/);
  });
});

describe('what never enters', () => {
  it('exploratory, failed, untestable, descriptive and repeated findings, all of them listed', () => {
    const formed = opinion(PRIMARY, [
      p('x', -90, { exploratory: true }),
      finding('x', { status: 'failed', reason: 'a tensor is not finite' }),
      p('x', -7),
      p('x', -300),
    ]);
    assert.deepEqual(
      formed.entered.map((each) => each.number),
      ['F3'],
    );
    assert.deepEqual(
      formed.listed.map(({ number, why }) => [number, why]),
      [
        ['F1', 'exploratory'],
        ['F2', 'failed'],
        ['F4', 'repeat'],
      ],
    );
    assert.equal(opinion(PRIMARY, [p('x', -90, { exactness: 'descriptive' })]).outcome, 'not-testable');
    assert.equal(opinion(PRIMARY, [finding('x', { status: 'not-testable' })]).outcome, 'not-testable');
  });

  it('findings of another plan on the same pair: they are listed, whatever they say', () => {
    const [own, other] = numbered([p('x', -2), p('x', -90)]);
    const formed = opinion(PRIMARY, [], { findings: [{ ...other!, otherPlan: true }, own!] });
    assert.equal(formed.outcome, 'undecided');
    assert.deepEqual(
      formed.entered.map((each) => each.number),
      [own!.number],
    );
    assert.deepEqual(
      formed.listed.map(({ number, why }) => [number, why]),
      [[other!.number, 'other-plan']],
    );
    assert.deepEqual(schemaFaults(OPINION_SCHEMA, JSON.parse(JSON.stringify(formed))), []);
  });

  it('nothing exploratory changes anything but the list', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -500, max: 0, noNaN: true }),
        fc.constantFrom('x', 'y', 'q'),
        (log10P, id) => {
          const findings = [p('x', -9), p('y', -8), p('z', -0.5)];
          const plain = opinion(HOLM, findings);
          const { listed, ...rest } = opinion(HOLM, [...findings, p(id, log10P, { exploratory: true })]);
          const { listed: before, ...expected } = plain;
          assert.deepEqual(rest, expected);
          assert.equal(listed.length, before.length + 1);
        },
      ),
    );
  });
});

describe('several primary tests (Holm)', () => {
  it('asks for as many parts of the evidence as the plan says', () => {
    assert.equal(opinion(HOLM, [p('x', -700), p('y', -200), p('z', -0.1)]).outcome, 'against-h2');
    const one = opinion(HOLM, [p('x', -700), p('y', -1), p('z', -0.1)]);
    assert.equal(one.outcome, 'undecided');
    assert.match(one.marks.join(), /Only 1 of the 2 parts/);
  });

  it('pays for a test that was left out or failed, not for one the exhibits do not allow', () => {
    const left = opinion(HOLM, [p('x', -9)]);
    assert.equal(left.entered[0]?.log10PAdjusted, -9 + Math.log10(3));
    assert.deepEqual(left.missing, ['y', 'z']);
    const no = (id: string) => finding(id, { status: 'not-testable', reason: 'no such tensors' });
    const alone = opinion(HOLM, [p('x', -9), no('y'), no('z')]);
    assert.equal(alone.entered[0]?.log10PAdjusted, -9);
    assert.equal(alone.outcome, 'against-h2');
    const failed = opinion(HOLM, [p('x', -9), finding('y', { status: 'failed' }), no('z')]);
    assert.equal(failed.entered[0]?.log10PAdjusted, -9 + Math.log10(2));
  });

  it('never becomes stronger by leaving a test out', () => {
    const log10P = fc.double({ min: -50, max: 0, noNaN: true });
    fc.assert(
      fc.property(log10P, log10P, log10P, fc.constantFrom('x', 'y', 'z'), (a, b, c, gone) => {
        const all = [p('x', a), p('y', b), p('z', c)];
        const left = opinion(
          HOLM,
          all.filter((each) => each.test.id !== gone),
        );
        const full = new Map(opinion(HOLM, all).entered.map((each) => [each.test.id, each.log10PAdjusted!]));
        for (const each of left.entered) assert.ok(each.log10PAdjusted! >= full.get(each.test.id)! - 1e-9);
      }),
    );
  });
});

describe('the mean of e-values', () => {
  const MEAN: OpinionRule = {
    combine: 'e-mean',
    tests: [
      { test: 'x', weight: 0.5 },
      { test: 'y', weight: 0.5 },
    ],
    calibrator: { kind: 'root' },
    log10Alpha: -2,
  };

  it('gives p = min(1, 1/E) with the weights of the plan', () => {
    const { strength } = opinion(MEAN, [p('x', -6), p('y', -0.1)]);
    assert.equal(strength.measure, 'e');
    if (strength.measure !== 'e') return;
    const expected = Math.log10(0.5 * 999 + 0.5 * (10 ** 0.05 - 1));
    assert.ok(Math.abs(strength.log10E! - expected) < 1e-9);
    assert.ok(Math.abs(strength.log10P + expected) < 1e-9);
    assert.equal(strength.significant, true);
  });

  it('gains nothing from a test that is missing', () => {
    const { strength } = opinion(MEAN, [p('x', -6)]);
    assert.ok(strength.measure === 'e' && Math.abs(strength.log10E! - Math.log10(0.5 * 999)) < 1e-9);
    const nothing = opinion(MEAN, [p('x', 0)]);
    assert.ok(nothing.strength.measure === 'e' && nothing.strength.log10P === 0);
    assert.equal(nothing.outcome, 'undecided');
  });
});

describe('likelihood ratios', () => {
  const RATIO: OpinionRule = { combine: 'primary-lr', test: 'x' };

  it('are told number first, words second, about the results', () => {
    const formed = opinion(RATIO, [withLR('x', 1.5)]);
    assert.equal(formed.outcome, 'favours-h1');
    assert.match(
      formed.sentence,
      /^The results are about 32 times more probable if proposition 1 holds .* than if proposition 2 holds .*\. Moderate support for proposition 1/,
    );
    const against = opinion(RATIO, [withLR('x', -1.2)]);
    assert.equal(against.outcome, 'favours-h2');
    assert.match(against.sentence, /about 16 times more probable if proposition 2 holds/);
    assert.deepEqual(against.negative, ['F1']);
    assert.equal(opinion(RATIO, [withLR('x', 0.1)]).outcome, 'neutral');
  });

  it('go no further than the calibration set carries, and say so', () => {
    const { strength, sentence, marks } = opinion(RATIO, [withLR('x', 9)]);
    assert.ok(strength.measure === 'lr' && Math.abs(strength.log10LR - 2) < 1e-9 && strength.capped);
    assert.match(
      sentence,
      /about 100 times more probable if .*, which is the most that the calibration set can carry\./,
    );
    assert.match(marks.join(), /held at the bound/);
  });

  it('do not enter without a known calibration set', () => {
    const formed = opinion(RATIO, [withLR('x', 2, 'unknown')]);
    assert.equal(formed.outcome, 'not-testable');
    assert.equal(formed.listed[0]?.why, 'no-calibration');
  });

  it('are multiplied only as planned, are marked, and stay within the bound of each set', () => {
    const rule: OpinionRule = {
      combine: 'lr-product',
      tests: [{ test: 'x' }, { test: 'y' }],
      independence: {
        underH1: 'the draws behind the two were made apart by different parties',
        underH2: 'no common cause is known that would act on both of them',
      },
    };
    const same = opinion(rule, [withLR('x', 1.5), withLR('y', 1.5)]);
    assert.ok(same.strength.measure === 'lr' && Math.abs(same.strength.log10LR - 2) < 1e-9);
    assert.match(same.marks.join(), /product of 2 likelihood ratios.*independent under both/);
    const other = { id: 'other', families: { related: 9, unrelated: 90 } };
    const apart = opinion(rule, [withLR('x', 1.5), withLR('y', 1, 'other')], { calibrations: [ZOO, other] });
    assert.ok(apart.strength.measure === 'lr' && Math.abs(apart.strength.log10LR - 2.5) < 1e-9);
    assert.equal(opinion(rule, [withLR('x', 1.5)]).outcome, 'not-testable');
  });

  it('cannot be multiplied by a caller that skips the plan’s check', () => {
    const rule = { combine: 'lr-product', tests: [{ test: 'x' }, { test: 'y' }] } as unknown as OpinionRule;
    assert.throws(
      () => opinion(rule, [withLR('x', 1), withLR('y', 1)]),
      (error) => error instanceof FiliationError && error.code === 'USAGE',
    );
  });
});

describe('other explanations', () => {
  const seed = (ruledOut: boolean, by?: string) => ({
    explanation: 'both began from one seed',
    ruledOut,
    ...(by === undefined ? {} : { by }),
  });

  it('are ruled out only by a planned finding that was tested, and by none that leaves them open', () => {
    const x = p('x', -9, { alternatives: [seed(true, 'learned')] });
    const learned = finding('learned', { exactness: 'calibrated', log10P: -4 });
    const out = opinion(PRIMARY, [x, learned]).alternatives;
    assert.deepEqual(out, [
      { explanation: 'both began from one seed', ruledOut: true, by: 'learned', finding: 'F2' },
    ]);
    for (const other of [
      [x],
      [x, { ...learned, exploratory: true }],
      [x, finding('learned', { status: 'failed' })],
    ])
      assert.equal(opinion(PRIMARY, other).alternatives[0]?.ruledOut, false);
    const y = p('y', -9, { alternatives: [seed(false)] });
    assert.equal(opinion(HOLM, [x, y, learned]).alternatives[0]?.ruledOut, false);
  });

  it('that account for the results are no support for proposition 1', () => {
    const formed = opinion(PRIMARY, [p('x', -90)], {
      reading: {
        by: 'weights-opinion/1',
        sentence: 'A and B share initial weights.',
        third: {
          explanation: 'Both models began from the same initial weights',
          by: 'weights.learned-structure',
        },
        details: [],
      },
    });
    assert.equal(formed.outcome, 'third-explanation');
    assert.match(formed.sentence, /neither proposition accounts for them: both models began/);
    assert.match(formed.sentence, /do not support proposition 1 over/);
  });
});

describe('what an opinion refuses', () => {
  const usage = (act: () => unknown, message: RegExp) =>
    assert.throws(
      act,
      (error) => error instanceof FiliationError && error.code === 'USAGE' && message.test(error.message),
    );

  it('a missing proposition, two equal ones, another question, findings of two pairs', () => {
    const one = [p('x', -9)];
    usage(() => opinion(PRIMARY, one, { propositions: { h1: 'a', h2: ' ' } }), /two different propositions/);
    usage(() => opinion(PRIMARY, one, { propositions: { h1: 'a', h2: 'a' } }), /two different propositions/);
    usage(
      () => opinion(PRIMARY, [p('x', -9, { question: 'artefacts' })]),
      /answers the question "artefacts"/,
    );
    const elsewhere = p('y', -9, {
      exhibits: [{ role: 'subject', name: 'C', digest: `sha256:${'c'.repeat(64)}` }],
    });
    usage(() => opinion(HOLM, [...one, elsewhere]), /F1 and F2 look at different exhibits/);
  });
});

describe('the record of an opinion', () => {
  it('survives JSON, names the blind spots of the tests that entered, and passes the wording check', () => {
    const card: TestCard = {
      id: 'x',
      version: '1',
      title: 'X',
      question: 'weights',
      asks: '',
      nullHypothesis: '',
      assumptions: [],
      exactness: 'exact',
      blindTo: ['distillation'],
      source: '',
    };
    for (const formed of [
      opinion(PRIMARY, [p('x', -12)], { cards: [card, { ...card, id: 'y', blindTo: ['else'] }] }),
      opinion(HOLM, [p('x', -12), p('y', -2)], { cards: [card] }),
      opinion({ combine: 'primary-lr', test: 'x' }, [withLR('x', 9)], { cards: [card] }),
      opinion({ combine: 'primary-lr', test: 'x' }, [withLR('x', -9)], { cards: [card] }),
      opinion(
        {
          combine: 'e-mean',
          tests: [{ test: 'x', weight: 1 }],
          calibrator: { kind: 'root' },
          log10Alpha: -2,
        },
        [p('x', 0), p('q', -3)],
        { cards: [card] },
      ),
      opinion(PRIMARY, [p('x', -12), p('y', -2, { exploratory: true })], {
        cards: [card],
        reading: {
          by: 'r',
          sentence: 's',
          third: { explanation: 'e', by: 't' },
          details: [{ name: 'n', text: 't', by: 'b' }],
          alternatives: [{ explanation: 'e', ruledOut: false }],
          detectable: 'd',
        },
      }),
    ]) {
      assert.deepEqual(JSON.parse(JSON.stringify(formed)), formed);
      assert.deepEqual(schemaFaults(OPINION_SCHEMA, JSON.parse(JSON.stringify(formed))), []);
      assert.deepEqual(formed.blindTo, [{ test: 'x', cannotSee: ['distillation'] }]);
      assert.deepEqual(lintWording([formed.sentence, formed.caution, ...formed.marks].join('\n')), []);
    }
  });
});
