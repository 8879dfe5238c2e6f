import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { utf8Bytes, utf8Text } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { encodeBagInfo, parseBagInfo } from './bag-info.ts';
import { encodeManifest, parseManifest } from './manifest.ts';

const A = 'a'.repeat(64);
const B = '0123456789abcdef'.repeat(4);

function refused(message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof FiliationError);
    assert.ok(error.code === 'MALFORMED' || error.code === 'UNSAFE', error.code);
    assert.match(error.message, message);
    return true;
  };
}

describe('a manifest', () => {
  it('is what sha256sum writes, sorted by the bytes of the path', () => {
    const lines = [
      { path: 'data/\u{1f600}', sha256: B },
      { path: 'data/b', sha256: A },
      { path: 'data/\uff5e', sha256: A },
      { path: 'data/100%', sha256: A },
    ];
    assert.equal(
      utf8Text(encodeManifest(lines)),
      `${A}  data/100%25\n${A}  data/b\n${A}  data/\uff5e\n${B}  data/\u{1f600}\n`,
    );
  });

  it('reads back what was written', () => {
    const part = fc.stringMatching(/^[a-z%é\u{1f600}\uff5e .-]{0,6}[a-z]$/u);
    const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `data/_${parts.join('/_')}`);
    const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
    const lines = fc.uniqueArray(fc.record({ path, sha256: digest }), { selector: (line) => line.path });
    fc.assert(
      fc.property(lines, (written) => {
        const bytes = encodeManifest(written);
        const read = parseManifest(bytes, 'manifest-sha256.txt');
        assert.deepEqual(
          new Map(read.map((l) => [l.path, l.sha256])),
          new Map(written.map((l) => [l.path, l.sha256])),
        );
        assert.deepEqual(encodeManifest(read), bytes);
      }),
    );
  });

  it('is refused in every form but the one, so that one list has one digest', () => {
    const good = utf8Bytes(`${A}  data/a%25\n${B}  data/b\n`);
    const read = parseManifest(good, 'm');
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const altered = good.slice();
        altered[at]! ^= change;
        try {
          assert.notDeepEqual(parseManifest(altered, 'm'), read);
        } catch (error) {
          if (!(error instanceof FiliationError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  for (const [what, text, message] of [
    ['upper-case hex', `${A.toUpperCase()}  data/a\n`, /line 1 is not a SHA-256/],
    ['a short digest', `${A.slice(1)}  data/a\n`, /line 1/],
    ['one space', `${A} data/a\n`, /line 1/],
    ['a binary mark', `${A} *data/a\n`, /line 1/],
    ['no last line feed', `${A}  data/a`, /line feed/],
    ['carriage returns', `${A}  data/a\r\n`, /line 1/],
    ['an empty line', `${A}  data/a\n\n`, /line 2/],
    ['a comment', `# digests\n${A}  data/a\n`, /line 1/],
    ['the wrong order', `${A}  data/b\n${A}  data/a\n`, /line 2: "data\/a"/],
    ['a file twice', `${A}  data/a\n${B}  data/a\n`, /line 2: "data\/a" is there twice/],
    ['a needless escape', `${A}  data/%61\n`, /line 1 escapes/],
    ['a lower-case escape', `${A}  data/%0a\n`, /line 1 escapes/],
    ['an escaped line feed', `${A}  data/%0A\n`, /control/],
    ['a path that leaves', `${A}  data/../x\n`, /leaves/],
    ['a byte order mark', `\ufeff${A}  data/a\n`, /line 1/],
  ] as const)
    it(`is refused with ${what}`, () => {
      assert.throws(() => parseManifest(utf8Bytes(text), 'm'), refused(message));
    });

  it('takes a third space as part of the path, so that it is not below data/', () => {
    assert.equal(parseManifest(utf8Bytes(`${A}   data/a\n`), 'm')[0]?.path, ' data/a');
  });

  it('is refused where it is not UTF-8', () => {
    assert.throws(() => parseManifest(new Uint8Array([0xff, 10]), 'm'), refused(/UTF-8/));
  });
});

describe('bag-info.txt', () => {
  const info = {
    agent: 'filiation 0.1.0',
    baggingDate: '2026-03-01',
    identifier: 'case-1',
    payload: { bytes: 2 ** 40, files: 3 },
  };
  const text = utf8Text(encodeBagInfo(info));

  it('reads back what was written', () => {
    assert.deepEqual(parseBagInfo(utf8Bytes(text)), info);
  });

  for (const [what, from, to] of [
    ['a day that is not one', '2026-03-01', '2026-02-30'],
    ['a leading zero', '.3', '.03'],
    ['a count beyond any', '1099511627776', '99999999999999999999'],
    ['a count that a double would round', '1099511627776', '9007199254740993'],
    ['another label', 'External-Identifier', 'External-identifier'],
    ['a line twice', 'Bagging-Date: 2026-03-01\n', 'Bagging-Date: 2026-03-01\nBagging-Date: 2026-03-01\n'],
    ['a line more', '.3\n', '.3\nNote: x\n'],
    ['no last line feed', '.3\n', '.3'],
    ['carriage returns', '\n', '\r\n'],
    ['a space at the end', 'case-1', 'case-1 '],
  ] as const)
    it(`is refused with ${what}`, () => {
      assert.ok(text.includes(from));
      assert.throws(() => parseBagInfo(utf8Bytes(text.replace(from, to))), refused(/bag-info\.txt/));
    });
});
