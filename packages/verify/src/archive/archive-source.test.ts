import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { utf8Bytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { packArchive } from '../test-support/pack-archive.ts';
import { openArchive } from './archive-source.ts';
import { memoryAccess } from './random-access.ts';

const FILES = {
  'bagit.txt': 'BagIt-Version: 1.0\n',
  'data/empty': '',
  'data/log/checkpoint': 'example.com/log\n2\n',
  'data/é.bin': new Uint8Array([0, 1, 2, 3, 255, 254]),
};

async function contents(bytes: Uint8Array): Promise<Record<string, Uint8Array>> {
  const source = await openArchive(memoryAccess(bytes), 'case.zip');
  const found: Record<string, Uint8Array> = {};
  for (const { path, size } of source.members) found[path] = await source.read(path, size);
  return found;
}

function refused(code: string): (error: unknown) => boolean {
  return (error) => error instanceof FiliationError && error.code === code;
}

describe('openArchive', () => {
  it('gives the members in byte order, whole and in pieces', async () => {
    const source = await openArchive(memoryAccess(packArchive(FILES)), 'case.zip');
    assert.deepEqual(
      source.members.map(({ path, size }) => [path, size]),
      [
        ['bagit.txt', 19],
        ['data/empty', 0],
        ['data/log/checkpoint', 18],
        ['data/é.bin', 6],
      ],
    );
    assert.deepEqual(await source.read('bagit.txt', 19), utf8Bytes(FILES['bagit.txt']));
    assert.deepEqual(await source.read('data/empty', 0), new Uint8Array(0));
    assert.equal(source.has('data/é.bin'), true);
    assert.equal(source.has('data'), false);
    await assert.rejects(source.read('bagit.txt', 18), refused('LIMIT_EXCEEDED'));
    await assert.rejects(source.read('data', 18), refused('NOT_FOUND'));
  });

  it('streams a large member in pieces of at most 1 MiB and checks it at the end', async () => {
    const big = new Uint8Array(2.5 * 2 ** 20).map((_, i) => i % 251);
    const bytes = packArchive({ 'data/big': big, 'data/c': 'x' });
    const source = await openArchive(memoryAccess(bytes), 'case.zip');
    const pieces: Uint8Array[] = [];
    for await (const piece of source.stream('data/big')) pieces.push(piece);
    assert.deepEqual(
      pieces.map((piece) => piece.length),
      [2 ** 20, 2 ** 20, 2 ** 19],
    );
    assert.deepEqual(new Uint8Array(Buffer.concat(pieces)), big);
    bytes[1_000_000]! ^= 1;
    const altered = await openArchive(memoryAccess(bytes), 'case.zip');
    await assert.rejects(altered.read('data/big', big.length), refused('MALFORMED'));
    assert.deepEqual(await altered.read('data/c', 1), utf8Bytes('x'));
  });

  it('hands out bytes that are the caller’s own', async () => {
    const source = await openArchive(memoryAccess(packArchive(FILES)), 'case.zip');
    for (let round = 0; round < 3; round++)
      for (const { path, size } of source.members) (await source.read(path, size)).fill(7);
    assert.deepEqual(await source.read('bagit.txt', 19), utf8Bytes(FILES['bagit.txt']));
  });

  it('closes the file it cannot open as an archive', async () => {
    let closed = 0;
    const access = {
      ...memoryAccess(utf8Bytes('not a ZIP archive at all')),
      close: async () => void closed++,
    };
    await assert.rejects(openArchive(access, 'x'), refused('TRUNCATED'));
    assert.equal(closed, 1);
  });

  it('reads back any files', async () => {
    const part = fc.stringMatching(/^[a-zé漢0-9_-]{1,8}$/);
    const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `data/${parts.join('/')}.x`);
    const files = fc.dictionary(path, fc.uint8Array({ maxLength: 300 }), { maxKeys: 20 });
    await fc.assert(
      fc.asyncProperty(files, async (written) => {
        assert.deepEqual(await contents(packArchive(written)), { ...written });
      }),
    );
  });

  it('opens 20,000 members without reading their content', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, i) => [`data/tile/${i}`, `tile ${i}`]),
    );
    const inner = memoryAccess(packArchive(many));
    let reads = 0;
    let bytes = 0;
    const counted = {
      ...inner,
      read: (offset: number, length: number) => {
        reads++;
        bytes += length;
        return inner.read(offset, length);
      },
    };
    const source = await openArchive(counted, 'case.zip');
    assert.equal(source.members.length, 20_000);
    assert.ok(reads < 20, `${reads} reads`);
    assert.ok(bytes < 1.2 * 20_000 * 62, `${bytes} bytes`);
    for (const { path, size } of source.members) await source.read(path, size);
    assert.ok(reads < 60, `${reads} reads`);
  });
});

describe('a small archive', () => {
  const archive = packArchive(FILES);
  /** Every alteration must be refused, on opening or when the members are read. */
  const mustRefuse = (altered: Uint8Array, what: string) =>
    assert.rejects(contents(altered), (error) => error instanceof FiliationError, what);

  it('is read as it is', async () => {
    assert.equal(Object.keys(await contents(archive)).length, 4);
  });

  it('is refused with any one bit flipped', async () => {
    for (let bit = 0; bit < 8 * archive.length; bit++) {
      const altered = archive.slice();
      altered[bit >> 3]! ^= 1 << (bit & 7);
      await mustRefuse(altered, `bit ${bit}`);
    }
  });

  it('is refused cut short anywhere, at its end or its start', async () => {
    for (let length = 0; length < archive.length; length++) {
      await mustRefuse(archive.slice(0, length), `first ${length} bytes`);
      await mustRefuse(archive.slice(archive.length - length), `last ${length} bytes`);
    }
  });

  it('is refused with bytes left out, put in or doubled anywhere', async () => {
    for (let at = 0; at <= archive.length; at++) {
      const head = archive.subarray(0, at);
      const tail = archive.subarray(at);
      for (const more of [[0], [0x50], [0x50, 0x4b, 5, 6], Array.from(tail.subarray(0, 30))])
        if (more.length > 0)
          await mustRefuse(Uint8Array.from([...head, ...more, ...tail]), `put in at ${at}`);
      for (const fewer of [1, 2, 46])
        if (tail.length > 0)
          await mustRefuse(Uint8Array.from([...head, ...tail.subarray(fewer)]), `left out at ${at}`);
    }
  });

  it('is refused with any two bytes swapped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(archive.length - 1), async (p, q) => {
        if (archive[p] === archive[q]) return;
        const altered = archive.slice();
        altered[p] = archive[q]!;
        altered[q] = archive[p]!;
        await mustRefuse(altered, `${p} with ${q}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('is refused with any range overwritten by another', async () => {
    const place = fc.nat(archive.length - 1);
    await fc.assert(
      fc.asyncProperty(place, place, fc.integer({ min: 1, max: 80 }), async (from, to, length) => {
        const altered = archive.slice();
        altered.set(archive.slice(from, from + Math.min(length, archive.length - to)), to);
        if (Buffer.compare(altered, archive) !== 0) await mustRefuse(altered, `${from} to ${to}`);
      }),
      { numRuns: 3000 },
    );
  });
});
