import { utf8Bytes } from '../bytes.ts';
import type { Attack } from './hostile-members.ts';
import { type HostileRecord, hostileZip, wideExtra } from './hostile-zip.ts';
import { packArchive } from './pack-archive.ts';

const x = utf8Bytes('x');
const honest: HostileRecord = { name: 'data/a', content: x };
const FULL = 0xffffffff;

/** What is wrong with where things lie, how large they are and how many. */
export const HOSTILE_PLACES: readonly Attack[] = [
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
