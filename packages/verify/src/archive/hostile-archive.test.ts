import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { utf8Bytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { type HostileEnd, type HostileRecord, hostileZip, wideExtra } from '../test-support/hostile-zip.ts';
import { packArchive } from '../test-support/pack-archive.ts';
import { openArchive } from './archive-source.ts';
import { memoryAccess } from './random-access.ts';

interface Attack {
  readonly what: string;
  readonly records?: readonly HostileRecord[];
  readonly end?: HostileEnd;
  readonly bytes?: Uint8Array;
  readonly code: string;
  readonly message: RegExp;
}

const x = utf8Bytes('x');
const honest: HostileRecord = { name: 'data/a', content: x };
const bomb = deflateRawSync(new Uint8Array(2 ** 24));
const named = (name: string | Uint8Array): readonly HostileRecord[] => [{ name, content: x }];
const FULL = 0xffffffff;

const attacks: readonly Attack[] = [
  { what: 'nothing at all', bytes: new Uint8Array(0), code: 'TRUNCATED', message: /0 bytes/ },
  {
    what: 'another kind of file',
    bytes: utf8Bytes('x'.repeat(100)),
    code: 'TRUNCATED',
    message: /do not close a ZIP/,
  },
  { what: 'a leading ..', records: named('../evil'), code: 'UNSAFE', message: /"\.\.\/evil" leaves/ },
  { what: 'an inner ..', records: named('data/../../evil'), code: 'UNSAFE', message: /leaves/ },
  { what: 'an absolute path', records: named('/etc/passwd'), code: 'UNSAFE', message: /absolute/ },
  { what: 'a backslash', records: named('..\\evil'), code: 'UNSAFE', message: /backslash/ },
  { what: 'a drive letter', records: named('C:evil'), code: 'UNSAFE', message: /drive/ },
  { what: 'a NUL in a name', records: named('data/a.txt\0.exe'), code: 'UNSAFE', message: /\\u0000/ },
  {
    what: 'an escape sequence in a name',
    records: named('data/\u001b[2J'),
    code: 'UNSAFE',
    message: /\\u001b/,
  },
  { what: 'a name not in NFC', records: named('data/e\u0301'), code: 'UNSAFE', message: /NFC/ },
  {
    what: 'a name that is not UTF-8',
    records: named(new Uint8Array([0x61, 0xff])),
    code: 'UNSAFE',
    message: /UTF-8/,
  },
  {
    what: 'an overlong ..',
    records: named(new Uint8Array([0xc0, 0xae, 0xc0, 0xae])),
    code: 'UNSAFE',
    message: /UTF-8/,
  },
  { what: 'a byte order mark', records: named('\ufeffdata/a'), code: 'UNSAFE', message: /invisible/ },
  { what: 'a trailing dot', records: named('data/a.'), code: 'UNSAFE', message: /dot or space/ },
  { what: 'a Windows device', records: named('data/aux.h'), code: 'UNSAFE', message: /device/ },
  { what: 'a folder', records: [{ name: 'data/' }], code: 'UNSAFE', message: /folder/ },
  { what: 'an empty name', records: named(''), code: 'UNSAFE', message: /empty/ },
  {
    what: 'a very long name',
    records: named('n'.repeat(60_000)),
    code: 'LIMIT_EXCEEDED',
    message: /60000 bytes/,
  },
  {
    what: 'two names that differ in case',
    records: [
      { name: 'data/A', content: x },
      { name: 'data/a', content: x },
    ],
    code: 'UNSAFE',
    message: /"data\/a" and "data\/A" fall together/,
  },
  {
    what: 'a file below a file',
    records: [honest, { name: 'data/a/b', content: x }],
    code: 'UNSAFE',
    message: /fall together/,
  },
  {
    what: 'a member twice',
    records: [honest, honest],
    code: 'MALFORMED',
    message: /two members are named "data\/a"/,
  },
  {
    what: 'members out of order',
    records: [{ name: 'data/b' }, honest],
    code: 'MALFORMED',
    message: /sorted/,
  },
  {
    what: 'a symbolic link',
    records: [{ ...honest, attributes: (0o120777 << 16) >>> 0 }],
    code: 'UNSAFE',
    message: /"data\/a" is a symbolic link/,
  },
  {
    what: 'a device node',
    records: [{ ...honest, attributes: (0o020666 << 16) >>> 0 }],
    code: 'UNSAFE',
    message: /not a regular file/,
  },
  {
    what: 'permissions',
    records: [{ ...honest, attributes: (0o104755 << 16) >>> 0 }],
    code: 'MALFORMED',
    message: /directory record of "data\/a"/,
  },
  {
    what: 'a deflate bomb',
    records: [{ name: 'data/a', content: bomb, method: 8, size: 2 ** 24, crc32: 0 }],
    code: 'UNSUPPORTED',
    message: /"data\/a" is compressed \(method 8\)/,
  },
  { what: 'encryption', records: [{ ...honest, flags: 0x0801 }], code: 'UNSUPPORTED', message: /encrypted/ },
  {
    what: 'sizes behind the content',
    records: [{ ...honest, flags: 0x0808 }],
    code: 'MALFORMED',
    message: /byte/,
  },
  {
    what: 'a name in another code page',
    records: [{ ...honest, flags: 0 }],
    code: 'MALFORMED',
    message: /byte/,
  },
  { what: 'a time of day', records: [{ ...honest, time: 1 }], code: 'MALFORMED', message: /byte/ },
  { what: 'a text flag', records: [{ ...honest, internal: 1 }], code: 'MALFORMED', message: /byte/ },
  {
    what: 'a comment on a member',
    records: [{ ...honest, comment: x }],
    code: 'MALFORMED',
    message: /comment/,
  },
  {
    what: 'an extra field',
    records: [{ ...honest, extra: utf8Bytes('UT\x01\0x') }],
    code: 'MALFORMED',
    message: /byte/,
  },
  {
    what: 'a large extra field',
    records: [{ ...honest, extra: new Uint8Array(99) }],
    code: 'MALFORMED',
    message: /extra/,
  },
  {
    what: 'a member on another disk',
    records: [{ ...honest, disk: 1 }],
    code: 'UNSUPPORTED',
    message: /another part/,
  },
  {
    what: 'several disks',
    records: [honest],
    end: { disk: 1 },
    code: 'UNSUPPORTED',
    message: /several parts/,
  },
  {
    what: 'two records of the same bytes',
    records: [honest, { name: 'data/b', content: x, offset: 0, noContent: true }],
    code: 'MALFORMED',
    message: /"data\/b" overlaps/,
  },
  {
    what: 'a member that holds the headers of the next (overlapping bomb)',
    records: [
      { ...honest, size: 40, storedSize: 40 },
      { name: 'data/b', content: x },
    ],
    code: 'MALFORMED',
    message: /"data\/b" overlaps/,
  },
  {
    what: 'a member that reaches into the directory',
    records: [{ ...honest, size: 60, storedSize: 60 }],
    code: 'MALFORMED',
    message: /claims 60 bytes/,
  },
  {
    what: 'a member shorter than its room',
    records: [{ name: 'data/a', content: utf8Bytes('xyz'), size: 1, storedSize: 1, crc32: 0 }],
    code: 'MALFORMED',
    message: /belong to no member/,
  },
  { what: 'two sizes', records: [{ ...honest, size: 2 }], code: 'MALFORMED', message: /two sizes/ },
  {
    what: 'a gap between members',
    records: [honest, { name: 'data/b', content: x, offset: 40 }],
    code: 'MALFORMED',
    message: /bytes 37 to 40, before "data\/b", belong to no member/,
  },
  {
    what: 'a gap before the directory',
    records: [honest],
    end: { beforeDirectory: x },
    code: 'MALFORMED',
    message: /belong to no member/,
  },
  {
    what: 'a program in front',
    records: [honest],
    end: { prefix: utf8Bytes('MZ') },
    code: 'MALFORMED',
    message: /added or removed/,
  },
  {
    what: 'a comment',
    records: [honest],
    end: { comment: utf8Bytes('hello') },
    code: 'TRUNCATED',
    message: /comment/,
  },
  {
    what: 'a comment that is a second end',
    bytes: (() => {
      const inner = packArchive({});
      return hostileZip([honest], { comment: inner });
    })(),
    code: 'MALFORMED',
    message: /added or removed/,
  },
  {
    what: '2^32 members',
    records: [honest],
    end: { members: 0xffff, wide: [2n ** 32n, 52n, 37n] },
    code: 'MALFORMED',
    message: /count of its directory, 4294967296/,
  },
  {
    what: 'more members than there are',
    records: [honest],
    end: { members: 2 },
    code: 'MALFORMED',
    message: /ends after 1 of 2/,
  },
  {
    what: 'fewer members than there are',
    records: [honest, { name: 'data/b', content: x }],
    end: { members: 1 },
    code: 'MALFORMED',
    message: /after the record of its last member/,
  },
  {
    what: 'a 64-bit end that is not needed',
    records: [honest],
    end: { members: 0xffff, wide: [1n, 52n, 37n] },
    code: 'MALFORMED',
    message: /must end at|is wrong/,
  },
  {
    what: 'a 64-bit end that is missing',
    records: [honest],
    end: { members: 0xffff },
    code: 'MALFORMED',
    message: /64-bit end/,
  },
  {
    what: 'a directory beyond 2^53',
    records: [honest],
    end: { directoryOffset: FULL, wide: [1n, 52n, 2n ** 63n + 37n] },
    code: 'MALFORMED',
    message: /9223372036854775845/,
  },
  {
    what: 'a size of 2^64 - 1',
    records: [{ ...honest, size: FULL, storedSize: FULL, extra: wideExtra(2n ** 64n - 1n, 2n ** 64n - 1n) }],
    code: 'MALFORMED',
    message: /"data\/a" claims the size 18446744073709551615/,
  },
  {
    what: 'a size of 2^53 + 1, which a double would round',
    records: [{ ...honest, size: FULL, storedSize: FULL, extra: wideExtra(2n ** 53n + 1n, 2n ** 53n + 1n) }],
    code: 'MALFORMED',
    message: /9007199254740993/,
  },
  {
    what: 'a size of 2^32 that is not there',
    records: [{ ...honest, size: FULL, storedSize: FULL, extra: wideExtra(2n ** 32n, 2n ** 32n) }],
    code: 'MALFORMED',
    message: /claims 4294967296 bytes/,
  },
  {
    what: 'a 64-bit size that is small',
    records: [{ ...honest, size: FULL, storedSize: FULL, extra: wideExtra(1n, 1n) }],
    code: 'MALFORMED',
    message: /byte \d+, in the directory record/,
  },
  {
    what: 'a 64-bit size that is missing',
    records: [{ ...honest, size: FULL, storedSize: FULL }],
    code: 'MALFORMED',
    message: /64-bit size/,
  },
  {
    what: 'a 64-bit place beyond the file',
    records: [{ ...honest, offset: FULL, extra: wideExtra(2n ** 40n) }],
    code: 'MALFORMED',
    message: /belong to no member/,
  },
  {
    what: 'a directory larger than any',
    records: [honest],
    end: { directorySize: 0xf0000000 },
    code: 'LIMIT_EXCEEDED',
    message: /4026531840 bytes/,
  },
];

describe('a hostile archive', () => {
  for (const { what, records, end, bytes, code, message } of attacks)
    it(`is refused: ${what}`, async () => {
      const archive = bytes ?? hostileZip(records ?? [], end);
      await assert.rejects(openArchive(memoryAccess(archive), 'case.zip'), (error) => {
        assert.ok(error instanceof FiliationError);
        assert.equal(error.code, code, error.message);
        assert.match(error.message, message);
        assert.match(error.message, /^case\.zip: /);
        assert.notEqual(error.hint, undefined);
        return true;
      });
    });

  it('is taken where nothing is wrong', async () => {
    const source = await openArchive(memoryAccess(hostileZip([honest])), 'case.zip');
    assert.deepEqual(await source.read('data/a', 1), x);
  });

  for (const [what, record] of [
    ['another name in front of the content', { ...honest, localName: 'data/b' }],
    ['an extra field in front of the content', { ...honest, localExtra: wideExtra(1n) }],
    ['content that is not what its checksum says', { ...honest, crc32: 1 }],
  ] as const)
    it(`is refused when it is read: ${what}`, async () => {
      const archive = hostileZip([record]);
      await assert.rejects(
        async () => (await openArchive(memoryAccess(archive), 'case.zip')).read('data/a', 1),
        (error) => error instanceof FiliationError && error.code === 'MALFORMED',
      );
    });
});
