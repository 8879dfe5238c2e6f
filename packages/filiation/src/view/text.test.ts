import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import {
  claimedReport,
  derivedReport,
  hostileReport,
  noEvidenceReport,
  notTestableReport,
} from './fixture.ts';
import { columns } from './terminal.ts';
import { renderComparison, renderError } from './text.ts';

const NEXT = ['filiation compare base_A A_ft --html report.html'];

describe('comparison on the terminal', () => {
  it('begins with the opinion and ends with what to run next', () => {
    const lines = renderComparison(derivedReport(), { width: 90, colour: false, next: NEXT })
      .trimEnd()
      .split('\n');
    assert.match(lines[0] ?? '', /Derived weights/);
    assert.match(lines[1] ?? '', /all 1,408 neurons/);
    assert.match(lines.at(-1) ?? '', /^ {2}Next +filiation compare base_A A_ft --html report\.html$/);
  });

  it('gives strength, basis, other explanations, what was done and the direction', () => {
    const text = renderComparison(derivedReport(), { width: 90, colour: false });
    assert.match(text, /Rests on +✓ Neuron order +below 1 in 10\^3214 +exact/);
    assert.match(text, /– Head order +about 1 in 330,000/);
    assert.match(text, /○ not ruled out: Both descend from a third model/);
    assert.match(text, /fine-tune: every tensor/);
    assert.match(text, /direction: base_A came first, A_ft after it/);
  });

  it('says what could have been found, or why nothing could be tested', () => {
    assert.match(
      renderComparison(noEvidenceReport(), { width: 80, colour: false }),
      /Detectable +A model that keeps 3\.1 %/,
    );
    assert.match(
      renderComparison(notTestableReport(), { width: 80, colour: false }),
      /Because +The architectures share no tensor family/,
    );
  });

  it('sets what is claimed against what was found, in one line', () => {
    const text = renderComparison(claimedReport(), { width: 110, colour: false });
    assert.match(text, /^ {2}Claimed +✗ contradicted: declaration says trained from scratch: descent from/m);
    assert.doesNotMatch(renderComparison(derivedReport(), { width: 90, colour: false }), /Claimed/);
  });

  it('says in one line what is odd about the files', () => {
    const report = derivedReport();
    const odd = { ...report.subject, name: 'half', oddities: ['a shard is missing', 'and more'] };
    const text = renderComparison({ ...report, subject: odd }, { width: 90, colour: false });
    assert.match(text, /^ {2}Files +half \(and \d more\): a shard is missing$/m);
  });

  it('fits one screen at any width, whatever the names; only commands stay unbroken', () => {
    const crowded = derivedReport();
    const long = 'a rather long explanation that goes on and on '.repeat(6);
    const full = {
      ...hostileReport(),
      opinion: {
        ...crowded.opinion,
        sentence: long,
        strength: long,
        detectable: long,
        mechanisms: Array.from({ length: 9 }, () => ({ name: 'merge', detail: long, by: 'x' })),
        alternatives: Array.from({ length: 9 }, () => ({ explanation: long, ruledOut: false })),
        primary: Array.from({ length: 9 }, () => crowded.opinion.primary[0]!),
      },
    };
    for (const report of [crowded, hostileReport(), full])
      for (const width of [20, 80, 300]) {
        const lines = renderComparison(report, { width, colour: true, next: NEXT }).split('\n');
        assert.ok(lines.length <= 31, `${lines.length} lines`);
        for (const line of lines.filter((each) => !each.includes(NEXT[0] ?? '')))
          assert.ok(columns(line) <= Math.max(60, Math.min(100, width)), line);
      }
  });

  it('colours only when asked, and lets no name control the terminal', () => {
    const control = '\u001b';
    assert.ok(!renderComparison(hostileReport(), { width: 90, colour: false }).includes(control));
    const coloured = renderComparison(derivedReport(), { width: 90, colour: true });
    assert.ok(coloured.includes(`${control}[1mDerived weights`));
  });
});

describe('errors on the terminal', () => {
  it('say what, where and what to do', () => {
    const error = new FiliationError('TRUNCATED', 'The file ends 12 bytes before tensor x does', {
      where: 'm/a.safetensors',
      hint: 'Download it again.',
    });
    assert.equal(
      renderError(error),
      'Error: The file ends 12 bytes before tensor x does\n  In: m/a.safetensors\n  What to do: Download it again.\n',
    );
  });

  it('do not repeat a place that the message names', () => {
    const error = new FiliationError('NOT_FOUND', 'm/a does not exist', { where: 'm/a' });
    assert.equal(renderError(error), 'Error: m/a does not exist\n');
  });

  it('own up to defects', () => {
    assert.match(
      renderError(new TypeError('x is undefined')),
      /TypeError: x is undefined\n {2}This is a defect in Filiation/,
    );
    assert.match(renderError('text'), /Error: text/);
  });
});
