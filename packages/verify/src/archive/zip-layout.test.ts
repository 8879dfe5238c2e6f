import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { utf8Bytes } from '../bytes.ts';
import { packArchive } from '../test-support/pack-archive.ts';
import { openArchive } from './archive-source.ts';
import { crc32 } from './crc32.ts';
import { memoryAccess, type RandomAccess } from './random-access.ts';
import { centralRecord, endRecords, localHeader, roomOf } from './zip-layout.ts';

/** A file that is zero but for some parts. */
function sparse(size: number, parts: readonly (readonly [number, Uint8Array])[]): RandomAccess {
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      for (const [at, part] of parts) {
        const from = Math.max(offset, at);
        const to = Math.min(offset + length, at + part.length);
        if (from < to) bytes.set(part.subarray(from - at, to - at), from - offset);
      }
      return bytes;
    },
    close: async () => undefined,
  };
}

describe('the layout', () => {
  it('is fixed: this is the archive of one small file', () => {
    const hex = Buffer.from(packArchive({ 'data/a': 'abc' })).toString('hex');
    assert.equal(
      hex,
      [
        '504b0304' + '1400' + '0008' + '0000' + '0000' + '2100' + 'c2412435' + '03000000' + '03000000',
        '0600' + '0000' + '646174612f61' + '616263',
        '504b0102' +
          '1403' +
          '1400' +
          '0008' +
          '0000' +
          '0000' +
          '2100' +
          'c2412435' +
          '03000000' +
          '03000000',
        '0600' + '0000' + '0000' + '0000' + '0000' + '0000a481' + '00000000' + '646174612f61',
        '504b0506' + '0000' + '0000' + '0100' + '0100' + '34000000' + '27000000' + '0000',
      ].join(''),
    );
  });

  it('is fixed for no file at all', () => {
    assert.equal(Buffer.from(packArchive({})).toString('hex'), `504b0506${'00'.repeat(18)}`);
  });

  it('has 64-bit fields only where a number does not fit', () => {
    const name = utf8Bytes('data/a');
    const below = { name, size: 2 ** 32 - 2, crc32: 1 };
    const above = { name, size: 2 ** 32 - 1, crc32: 1 };
    assert.equal(localHeader(below).length, 36);
    assert.equal(localHeader(above).length, 36 + 20);
    assert.equal(centralRecord(below, 2 ** 32 - 2).length, 52);
    assert.equal(centralRecord(below, 2 ** 32 - 1).length, 52 + 12);
    assert.equal(centralRecord(above, 5).length, 52 + 20);
    assert.equal(centralRecord(above, 2 ** 32).length, 52 + 28);
    assert.equal(endRecords(65_534, 100, 1000).length, 22);
    assert.equal(endRecords(65_535, 100, 1000).length, 98);
    assert.equal(endRecords(1, 100, 2 ** 32 - 1).length, 98);
    assert.equal(roomOf(6, above.size), localHeader(above).length + above.size);
  });

  it('reads members larger than 4 GiB, and what lies behind them', async () => {
    const big = { name: utf8Bytes('data/big'), size: 5 * 2 ** 30, crc32: 0 };
    const small = { name: utf8Bytes('data/small'), size: 3, crc32: crc32(utf8Bytes('abc')) };
    const second = roomOf(big.name.length, big.size);
    const directoryAt = second + roomOf(small.name.length, small.size);
    const directory = Buffer.concat([centralRecord(big, 0), centralRecord(small, second)]);
    const end = endRecords(2, directory.length, directoryAt);
    const access = sparse(directoryAt + directory.length + end.length, [
      [0, localHeader(big)],
      [second, Buffer.concat([localHeader(small), utf8Bytes('abc')])],
      [directoryAt, directory],
      [directoryAt + directory.length, end],
    ]);
    const source = await openArchive(access, 'case.zip');
    assert.deepEqual(
      source.members.map(({ path, size }) => [path, size]),
      [
        ['data/big', 5 * 2 ** 30],
        ['data/small', 3],
      ],
    );
    assert.deepEqual(await source.read('data/small', 3), utf8Bytes('abc'));
    for await (const piece of source.stream('data/big')) {
      assert.equal(piece.length, 2 ** 20);
      break;
    }
  });

  it('reads more members than 16 bits count', async () => {
    const many = Object.fromEntries(Array.from({ length: 66_000 }, (_, i) => [`data/${i}`, '']));
    const source = await openArchive(memoryAccess(packArchive(many)), 'case.zip');
    assert.equal(source.members.length, 66_000);
    assert.equal(source.has('data/65999'), true);
  });
});
