import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintWording } from '@filiation/evidence';
import { columns } from '../terminal.ts';
import { caseReportText, caseSummary } from './case-report-text.ts';
import { derivedCase, emptyCase, hostileCase, ratioCase, undecidedCase } from './fixture.ts';

const plain = { width: 90, colour: false };

describe('case report in a terminal', () => {
  it('answers, then names limits, gaps and vouchers', () => {
    const text = caseSummary(derivedCase(), plain);
    const places = [
      'Do the weights of A_ft descend',
      'If proposition 2 held',
      'Received',
      'Limits',
      'Not tested',
      'Vouched for by',
    ].map((part) => text.indexOf(part));
    assert.ok(
      places.every((place, at) => place > (places[at - 1] ?? 0)),
      places.join(' '),
    );
    assert.ok(text.split('\n').length <= 60, 'a page');
  });

  it('adds findings, replies, deadlines and the commands that verify', () => {
    const text = caseReportText(derivedCase(), plain);
    assert.match(text, /✓ F2 C1 Neuron order: below 1 in 10\^3214 \(exact\)/);
    assert.match(text, /F5 C1 Rotation: not testable/);
    assert.match(text, /F4 disputed by Second Laboratory/);
    assert.match(text, /D2 expert report, .*LATE/);
    assert.match(text, /filiation verify example-2026-01\.zip --rerun/);
  });

  it('fits the terminal, carries no control characters of others, and holds no forbidden wording', () => {
    for (const input of [derivedCase(), undecidedCase(), ratioCase(), emptyCase(), hostileCase()])
      for (const width of [60, 80, 100]) {
        const text = caseReportText(input, { width, colour: false });
        for (const line of text.split('\n')) assert.ok(columns(line) <= width, line);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character must not appear
        assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
      }
    for (const input of [derivedCase(), undecidedCase(), ratioCase(), emptyCase()])
      assert.deepEqual(lintWording(caseReportText(input, plain)), []);
  });

  it('colours only its own marks', () => {
    const text = caseReportText(hostileCase(), { width: 80, colour: true });
    assert.ok(!text.includes(`${String.fromCharCode(27)}[2J`));
  });
});
