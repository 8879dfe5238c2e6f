import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  claimedReport,
  derivedReport,
  HOSTILE_NAME,
  hostileReport,
  noEvidenceReport,
  notTestableReport,
} from '../fixture.ts';
import { comparisonPage } from './comparison-page.ts';
import { skeletonOf } from './well-formed.ts';

const PAGES = {
  derived: comparisonPage(derivedReport()),
  claimed: comparisonPage(claimedReport()),
  'no evidence': comparisonPage(noEvidenceReport()),
  'not testable': comparisonPage(notTestableReport()),
  hostile: comparisonPage(hostileReport()),
};

/** Pieces that end attributes, elements, scripts and comments, or turn text around. */
const hostileText = fc
  .array(
    fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '`',
      '&',
      '</script>',
      '</style>',
      '<!--',
      '-->',
      ']]>',
      '{',
      '\u0000',
      '\u202e',
      '\ud800',
      ' onload=',
      '\n',
      'a',
      '&lt;',
      '</title>',
      'javascript:',
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

describe('comparison page', () => {
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

  it('answers first: the opinion, its strength and the number stand before everything else', () => {
    const page = PAGES.derived;
    const places = [
      'all 1,408 neurons compared',
      'Extremely strong support',
      '1 in 10<sup>3214</sup>',
      'What the opinion rests on',
    ].map((text) => page.indexOf(text));
    assert.ok(places.every((place) => place > 0));
    assert.deepEqual([...places].sort((a, b) => a - b).at(-1), places.at(-1));
  });

  it('says what could have been found where nothing was, and why where nothing could be tested', () => {
    assert.match(PAGES['no evidence'], /What could have been found:.*keeps 3\.1 % or more/);
    assert.match(PAGES['not testable'], /Why not testable:.*share no tensor family/);
  });

  it('sets each statement on the origin against what was found, with its own outcome', () => {
    const page = PAGES.claimed;
    assert.match(page, /✗ contradicted<\/span>: claimed, and contradicted by the weights \(descent/);
    assert.match(page, /from owner\/base_A<\/th>.*✓ confirmed/s);
    assert.match(page, /trained from scratch<\/th>.*✗ contradicted/s);
    assert.doesNotMatch(PAGES.derived, /id="claims"/);
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
      assert.doesNotMatch(page, /\b(?:src|srcset|@import|url\()\s*=?\s*["']?https?:/);
    }
  });

  it('shows hostile names as text', () => {
    const { elements, attributes } = skeletonOf(PAGES.hostile);
    const clean = skeletonOf(PAGES.derived);
    assert.equal(elements.get('script'), 1);
    assert.equal(elements.has('img'), false);
    for (const attribute of attributes) assert.ok(clean.attributes.has(attribute), attribute);
    assert.ok(PAGES.hostile.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
    assert.ok(!PAGES.hostile.includes(HOSTILE_NAME));
  });

  it('stays well-formed whatever stands in the names and notes', () => {
    const clean = skeletonOf(PAGES.derived);
    fc.assert(
      fc.property(hostileText, hostileText, (reference, subject) => {
        const { faults, elements, attributes } = skeletonOf(
          comparisonPage(derivedReport({ reference, subject })),
        );
        assert.deepEqual(faults, []);
        assert.equal(elements.get('script'), 1);
        for (const attribute of attributes) assert.ok(clean.attributes.has(attribute), attribute);
      }),
      { numRuns: 40 },
    );
  });

  it('speaks of weights, never of guilt', () => {
    for (const page of Object.values(PAGES)) assert.doesNotMatch(page, /stolen|guilty|proves|theft|thief/i);
  });

  it('makes do with a report that has nothing in it', () => {
    const { heads: _, mlpSize: __, ...model } = derivedReport().reference;
    const empty = {
      ...notTestableReport(),
      reference: { ...model, dtypes: [], name: '' },
      controls: [],
      findings: [],
      cards: [],
      parameters: {},
    };
    assert.deepEqual(skeletonOf(comparisonPage(empty)).faults, []);
  });

  it('states the command to run again, quoted against pasting into a shell', () => {
    const page = comparisonPage(derivedReport({ reference: 'a b', subject: '$(reboot)' }));
    assert.ok(page.includes('filiation compare &#39;a b&#39; &#39;$(reboot)&#39; --controls base_B'));
    assert.ok(
      comparisonPage(derivedReport(), { command: 'filiation compare X Y' }).includes('filiation compare X Y'),
    );
  });

  it('is the same for the same report', () => {
    assert.equal(comparisonPage(derivedReport()), PAGES.derived);
  });
});
