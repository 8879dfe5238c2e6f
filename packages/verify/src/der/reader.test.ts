import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FiliationError } from '../error.ts';
import { DER, DerCursor, type DerValue, readDer } from './reader.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const read = (text: string): DerValue => readDer(hex(text), 'test');
const refused = (code: string, text: RegExp) => (error: unknown) =>
  error instanceof FiliationError && error.code === code && text.test(error.message);

describe('readDer', () => {
  it('reads a value with its place in the input', () => {
    const value = read('30 06 02 01 05 04 01 aa');
    const cursor = new DerCursor(value);
    assert.deepEqual([...cursor.next(DER.integer, 'number').content], [5]);
    const octets = cursor.next(DER.octetString, 'octets');
    assert.deepEqual([octets.offset, octets.depth, ...octets.whole], [5, 1, 0x04, 0x01, 0xaa]);
    cursor.end('test');
  });

  it('reads lengths of one to four bytes', () => {
    for (const length of [0, 127, 128, 255, 256, 65_535, 65_536]) {
      const header =
        length < 128
          ? [length]
          : length < 256
            ? [0x81, length]
            : length < 65_536
              ? [0x82, length >> 8, length & 255]
              : [0x83, length >> 16, (length >> 8) & 255, length & 255];
      const bytes = Uint8Array.of(0x04, ...header, ...new Uint8Array(length));
      assert.equal(readDer(bytes, 'test').content.length, length);
    }
  });

  const bad: readonly [string, string, RegExp, string][] = [
    ['an empty input', 'TRUNCATED', /too soon/, ''],
    ['a header without a length', 'TRUNCATED', /too soon/, '30'],
    ['content that is cut short', 'TRUNCATED', /too soon/, '04 02 00'],
    ['a length whose bytes are missing', 'TRUNCATED', /too soon/, '04 82 01'],
    ['an indefinite length', 'MALFORMED', /indefinite/, '30 80 00 00'],
    ['a length in more bytes than it needs', 'MALFORMED', /shortest/, '04 81 01 00'],
    ['a length with a leading zero', 'MALFORMED', /shortest/, '04 82 00 80'],
    ['a length of many bytes', 'MALFORMED', /length of 5 bytes/, '04 85 01 00 00 00 00'],
    ['a length of nearly four gibibytes', 'TRUNCATED', /too soon/, '04 84 ff ff ff ff'],
    ['a tag number above 30', 'MALFORMED', /tag number/, '1f 81 00 00'],
    ['bytes after the end', 'MALFORMED', /follow the end \(byte 2\)/, '05 00 00'],
  ];
  for (const [name, code, text, bytes] of bad)
    it(`refuses ${name}`, () => assert.throws(() => read(bytes), refused(code, text)));

  it('refuses a part that reaches past its parent', () => {
    const cursor = new DerCursor(read('30 03 04 05 00'));
    assert.throws(() => cursor.any('part'), refused('MALFORMED', /past the end/));
  });

  it('descends into deep nesting only as far as its limit', () => {
    let bytes = new Uint8Array();
    for (let level = 0; level < 100; level++)
      bytes = Uint8Array.of(0x30, ...lengthOf(bytes.length), ...bytes);
    const descend = (): void => {
      let value = readDer(bytes, 'test');
      while (value.content.length > 0) value = new DerCursor(value).any('part');
    };
    assert.throws(descend, refused('LIMIT_EXCEEDED', /levels/));
  });

  it('never yields parts other than the bytes of the input, whatever these are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        let value: DerValue;
        try {
          value = readDer(bytes, 'test');
        } catch (error) {
          assert.ok(error instanceof FiliationError);
          return;
        }
        assert.deepEqual(value.whole, bytes);
      }),
    );
  });
});

function lengthOf(length: number): number[] {
  return length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
}
