import { deflateRawSync } from 'node:zlib';
import { utf8Bytes } from '../bytes.ts';
import type { HostileEnd, HostileRecord } from './hostile-zip.ts';

/** An archive that must be refused on opening, and how. */
export interface Attack {
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

/** What is wrong with one member: its name, its kind, its packing. */
export const HOSTILE_MEMBERS: readonly Attack[] = [
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
];
