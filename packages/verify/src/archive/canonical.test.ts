import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { utf8Bytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { type HostileEnd, type HostileRecord, hostileZip, wideExtra } from '../test-support/hostile-zip.ts';
import { packArchive } from '../test-support/pack-archive.ts';
import { openArchive } from './archive-source.ts';
import { memoryAccess } from './random-access.ts';

const FULL = 0xffffffff;

/** Honest values most of the time, so that many archives come close to being taken. */
function mostly<T>(odd: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: odd });
}

const number32 = fc.oneof(fc.nat(60), fc.constantFrom(FULL, FULL - 1, 2 ** 31));
const number64 = fc.oneof(fc.bigInt(0n, 60n), fc.constantFrom(2n ** 32n, 2n ** 53n + 1n, 2n ** 64n - 1n));
const extra = fc.oneof(
  fc.array(number64, { maxLength: 3 }).map((values) => wideExtra(...values)),
  fc.uint8Array({ maxLength: 30 }),
);

const record: fc.Arbitrary<HostileRecord> = fc
  .record({
    name: fc.oneof(fc.constantFrom('a', 'b', 'c', 'd/a', 'd/b', 'é'), fc.string({ maxLength: 4 })),
    content: fc.uint8Array({ maxLength: 4 }),
    localName: mostly(fc.constantFrom('a', 'b', 'x')),
    flags: mostly(fc.constantFrom(0, 1, 8, 0x808)),
    method: mostly(fc.constantFrom(8, 12, 99)),
    time: mostly(fc.nat(0xffff)),
    crc32: mostly(number32),
    storedSize: mostly(number32),
    size: mostly(number32),
    madeBy: mostly(fc.constantFrom(20, 0x0a14, 0x032d)),
    disk: mostly(fc.constantFrom(1, 0xffff)),
    attributes: mostly(fc.constantFrom(0, 0x10, 0xa1ff0000, 0x81ed0000)),
    internal: mostly(fc.constantFrom(1)),
    offset: mostly(number32),
    comment: mostly(fc.uint8Array({ minLength: 1, maxLength: 4 })),
    extra: mostly(extra),
    localExtra: mostly(extra),
    noContent: mostly(fc.constant(true)),
  })
  .map((fields) => given<HostileRecord>(fields));

const end: fc.Arbitrary<HostileEnd> = fc
  .record({
    members: mostly(fc.constantFrom(0, 1, 2, 0xffff)),
    directorySize: mostly(number32),
    directoryOffset: mostly(number32),
    disk: mostly(fc.constantFrom(1, 0xffff)),
    wide: mostly(fc.tuple(number64, number64, number64)),
    prefix: mostly(fc.uint8Array({ minLength: 1, maxLength: 4 })),
    beforeDirectory: mostly(fc.uint8Array({ minLength: 1, maxLength: 4 })),
    comment: mostly(fc.uint8Array({ minLength: 1, maxLength: 30 })),
  })
  .map((fields) => given<HostileEnd>(fields));

/** Without the fields that are left to their honest value. */
function given<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

async function contents(bytes: Uint8Array): Promise<Record<string, Uint8Array> | undefined> {
  try {
    const source = await openArchive(memoryAccess(bytes), 'case.zip');
    const found: Record<string, Uint8Array> = Object.create(null);
    for (const { path, size } of source.members) found[path] = await source.read(path, size);
    return found;
  } catch (error) {
    if (error instanceof FiliationError) return undefined;
    throw error;
  }
}

describe('an archive that is taken', () => {
  it('is the one archive of its members, however it was made', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 3 }), end, async (records, close) => {
        const bytes = hostileZip(records, close);
        const found = await contents(bytes);
        if (found === undefined) return;
        taken++;
        assert.deepEqual(packArchive(found), bytes);
      }),
      { numRuns: 4000, seed: 3 },
    );
    assert.ok(taken > 200, `only ${taken} were taken: the test tries too little`);
  });

  it('gives its members to several readers at once', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`data/${i}`, utf8Bytes(`${i} `.repeat(i))]),
    );
    const source = await openArchive(memoryAccess(packArchive(files)), 'case.zip');
    const read = source.members.map(async ({ path, size }) => [path, await source.read(path, size)] as const);
    assert.deepEqual(Object.fromEntries(await Promise.all(read)), files);
  });
});
