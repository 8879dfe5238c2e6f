import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { type CaseReportInput, lintWording } from '@filiation/evidence';
import fc from 'fast-check';
import { HOSTILE_NAME } from '../fixture.ts';
import { skeletonOf } from '../html/well-formed.ts';
import { caseReportPage } from './case-report-page.ts';
import { derivedCase, emptyCase, hostileCase, manyCase, ratioCase, undecidedCase } from './fixture.ts';
import { STATEMENT_OF_TRUTH } from './legal-texts.ts';

const CASES = {
  derived: derivedCase(),
  undecided: undecidedCase(),
  'likelihood ratio': ratioCase(),
  'ratio for the other side': ratioCase(-1),
  empty: emptyCase(),
  hostile: hostileCase(),
};
const PAGES = Object.fromEntries(
  Object.entries(CASES).map(([name, input]) => [name, caseReportPage(input)]),
) as Record<keyof typeof CASES, string>;

/** What a reader sees: no markup, no style, no script. */
function textOf(page: string): string {
  return page
    .replace(/<(style|script|title|desc)[^>]*>[\s\S]*?<\/\1>/g, ' ')
    .replace(/<\/(p|li|dd|dt|td|th|h\d|div|summary|section)>/g, '.\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
}

/** The part of a page that belongs to one finding. */
function sheetOf(page: string, index: number): string {
  const from = page.indexOf(`id="finding-${index + 1}"`);
  const to = page.indexOf(`id="finding-${index + 2}"`);
  return page.slice(from, to < 0 ? page.indexOf('<section id="against"') : to);
}

describe('case report', () => {
  for (const [name, page] of Object.entries(PAGES))
    it(`is well-formed with links that lead somewhere (${name})`, () => {
      const { faults, elements, headings } = skeletonOf(page);
      assert.deepEqual(faults, []);
      assert.equal(elements.get('h1'), 1);
      assert.equal(elements.get('main'), 1);
      headings.forEach((level, at) => {
        assert.ok(level <= (headings[at - 1] ?? 0) + 1, `heading ${at} skips a level`);
      });
    });

  it('loads nothing, and lets only its own script and style take effect', () => {
    for (const page of Object.values(PAGES)) {
      const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
      assert.match(policy, /^default-src 'none'; /);
      for (const name of ['style', 'script']) {
        const found = [...page.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))];
        assert.equal(found.length, 1);
        const hash = createHash('sha256')
          .update(found[0]?.[1] ?? '')
          .digest('base64');
        assert.ok(policy.includes(`${name}-src 'sha256-${hash}'`), name);
      }
      const { elements } = skeletonOf(page);
      for (const loading of ['img', 'link', 'iframe', 'object', 'audio', 'video'])
        assert.equal(elements.has(loading), false, loading);
      assert.doesNotMatch(page, /\b(?:src|srcset|@import|url\()\s*=?\s*["']?https?:/);
    }
  });

  it('holds no wording that a report must not hold', () => {
    for (const name of [
      'derived',
      'undecided',
      'likelihood ratio',
      'ratio for the other side',
      'empty',
    ] as const) {
      // What the parties wrote is theirs: it is given as written, with a warning beside it.
      const own: CaseReportInput = {
        ...CASES[name],
        replies: CASES[name].replies.map(({ text: _, ...reply }) => reply),
      };
      assert.deepEqual(lintWording(textOf(caseReportPage(own))), [], name);
    }
    const given = lintWording(textOf(PAGES.derived));
    assert.ok(given.length > 0, 'the reply as written is still there');
    assert.match(PAGES.derived, /Wording to be read with care/);
  });

  it('answers on the first page: question, both propositions, answer, limits, gaps, vouchers', () => {
    const summary = textOf(
      PAGES.derived.slice(
        PAGES.derived.indexOf('id="summary"'),
        PAGES.derived.indexOf('id="question-in-full"'),
      ),
    );
    for (const part of [
      'Do the weights of A_ft descend from those of base_A?',
      'Proposition 1',
      'Proposition 2',
      'If proposition 2 held',
      'does not state how probable either proposition is',
      'What was seen',
      'from Second Laboratory: unchanged since receipt',
      'Not ruled out: Both descend from a third model',
      'Rotation: not testable',
      'Channel order: planned, not run',
      '3 of 39 parts withheld',
      'Example Time Stamping Authority',
    ])
      assert.ok(summary.includes(part), part);
  });

  it('gives every finding its question, null, result, controls, alternatives, error rates and limits', () => {
    const { findings, cards } = CASES.derived;
    findings.forEach(({ number, document }, index) => {
      const sheet = textOf(sheetOf(PAGES.derived, index));
      const card = cards.find((each) => each.id === document.test.id)!;
      for (const part of [
        card.asks,
        card.nullHypothesis,
        document.summary,
        'Controls',
        'What else could explain it',
        'Error rates',
        ...card.blindTo,
        document.seed,
        document.exhibits[0]!.digest,
      ])
        assert.ok(sheet.includes(part), `${number}: ${part}`);
      const figures = (document.figures ?? []).map((figure) => figure.title);
      for (const title of figures) assert.ok(sheet.includes(title), `${number}: ${title}`);
    });
  });

  it('draws the strength and every figure that can be drawn', () => {
    const drawn = CASES.derived.findings.flatMap(({ document }) =>
      (document.figures ?? []).filter((figure) => figure.kind !== 'table'),
    );
    const controls = CASES.derived.findings.filter(
      ({ document }) => (document.controls ?? []).length > 0 && document.statistic !== undefined,
    );
    const svgs = [...PAGES.derived.matchAll(/<svg class="drawing"/g)].length;
    assert.equal(svgs, drawn.length + controls.length + 1);
    assert.match(PAGES['likelihood ratio'], /Strength on the verbal scale/);
    assert.match(PAGES['likelihood ratio'], /moderately strong support/);
    assert.match(PAGES['likelihood ratio'], /about 300 times more probable/);
    assert.match(PAGES['ratio for the other side'], /about 10 times more probable if proposition 2 holds/);
  });

  it('words no p-value by the scale for likelihood ratios', () => {
    assert.doesNotMatch(textOf(PAGES.derived), /(?:weak|moderate|strong) support/);
    assert.match(PAGES.derived, /A p-value is no likelihood ratio/);
  });

  it('lists every negative, failed, untestable, exploratory and missing result', () => {
    const from = PAGES.derived.indexOf('id="against"');
    const list = textOf(PAGES.derived.slice(from, PAGES.derived.indexOf('id="opinion-in-full"')));
    for (const title of ['Head order', 'Rotation', 'Attention', 'Calibration note', 'Channel order'])
      assert.ok(list.includes(title), title);
    assert.match(PAGES.undecided, /negative: does not reach the plan’s level/);
  });

  it('says what no result and no voucher means', () => {
    assert.match(PAGES.undecided, /This is not support for proposition 2/);
    assert.match(PAGES.undecided, /A model that keeps 3\.1 % or more/);
    assert.match(PAGES.undecided, /Nobody but its keeper vouches/);
    assert.match(PAGES.empty, /No opinion was formed/);
  });

  it('keeps many answers on the first page in a table', () => {
    const page = caseReportPage(manyCase(8));
    assert.deepEqual(skeletonOf(page).faults, []);
    const summary = page.slice(page.indexOf('id="summary"'), page.indexOf('id="question-in-full"'));
    assert.match(summary, /Answers, one a comparison/);
    for (let at = 1; at <= 8; at++) assert.ok(summary.includes(`>O${at}</a>`), `O${at}`);
  });

  it('tells agreed from disputed and counts no silence as agreement', () => {
    const table = PAGES.derived.slice(
      PAGES.derived.indexOf('id="replies"'),
      PAGES.derived.indexOf('id="timeline"'),
    );
    assert.ok(table.indexOf('disputed') < table.lastIndexOf('agreed'));
    assert.match(textOf(table), /Silence is not agreement/);
    assert.match(textOf(table), /Not answered: F1, F3/);
  });

  it('leaves every field for the person who signs blank, with the prescribed words and their date', () => {
    const forms = textOf(PAGES.derived.slice(PAGES.derived.indexOf('id="forms"')));
    assert.ok(forms.includes(STATEMENT_OF_TRUTH.text));
    assert.ok(forms.includes('2020-10-01'));
    assert.match(forms, /not legal advice/);
    assert.ok([...forms.matchAll(/\[to be completed\]/g)].length >= 12);
    for (const part of ['(a) ', '(b) ', '(c) ', '(d) ', '902(13)', '902(14)', '28 U.S.C. § 1746'])
      assert.ok(forms.includes(part), part);
    const english = caseReportPage({ ...CASES.derived, forms: ['england-wales'] });
    assert.doesNotMatch(english, /902\(14\)/);
    assert.match(english, /Practice Direction 35/);
  });

  it('shows hostile text as text', () => {
    const { elements, attributes } = skeletonOf(PAGES.hostile);
    const clean = skeletonOf(PAGES.derived);
    assert.equal(elements.get('script'), 1);
    for (const attribute of attributes) assert.ok(clean.attributes.has(attribute), attribute);
    assert.ok(PAGES.hostile.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
    assert.ok(!PAGES.hostile.includes(HOSTILE_NAME));
  });

  it('stays well-formed whatever the parties write, and lets no case id into the style sheet', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '</script>',
      '</style>',
      '}',
      '{',
      '\\',
      '*/',
      '\u0000',
      '\u202e',
      '\ud800',
      '\n',
      'a',
      '</title>',
      'url(',
      ';',
    );
    const text = fc.array(pieces, { maxLength: 10 }).map((each) => each.join(''));
    fc.assert(
      fc.property(text, (each) => {
        const page = caseReportPage(hostileCase(each));
        assert.deepEqual(skeletonOf(page).faults, []);
        const foot = /@page\{@bottom-left\{content:"([^"]*)"\}\}/.exec(page)?.[1] ?? '';
        assert.match(foot, /^[\p{L}\p{N} .,:()·-]*$/u);
      }),
      { numRuns: 25 },
    );
  });

  it('is the same for the same case', () => {
    assert.equal(caseReportPage(derivedCase()), PAGES.derived);
  });
});
