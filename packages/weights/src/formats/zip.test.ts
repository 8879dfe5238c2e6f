import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ByteSource, memorySource } from './byte-source.ts';
import { readZipDirectory, type ZipRecord } from './zip-directory.ts';
import { locateStored, readRecord } from './zip-record.ts';
import { concatenate, type WrittenRecord, writeZip } from './zip-writer.test.support.ts';

const content = new TextEncoder().encode('some content, some content, some content');

interface Opened {
  readonly source: ByteSource;
  readonly records: ReadonlyMap<string, ZipRecord>;
}

async function open(records: readonly WrittenRecord[]): Promise<Opened> {
  const source = memorySource('a.zip', writeZip(records));
  return { source, records: await readZipDirectory(source) };
}

/** Opens an archive of one record and reads that record. */
async function read(record: Partial<WrittenRecord>, limit = 1000): Promise<Uint8Array> {
  const { source, records } = await open([{ name: 'x', bytes: content, ...record }]);
  return readRecord(source, records.get(record.name ?? 'x')!, limit);
}

describe('zip archives', () => {
  it('give stored and deflated records, with 32-bit and 64-bit sizes', async () => {
    assert.deepEqual(await read({}), content);
    assert.deepEqual(await read({ deflate: true }), content);
    assert.deepEqual(await read({ zip64: true }), content);
  });

  it('tell where a stored record lies', async () => {
    const { source, records } = await open([
      { name: 'a', bytes: content },
      { name: 'b', bytes: content },
    ]);
    const offset = await locateStored(source, records.get('b')!);
    assert.deepEqual(await source.read(offset, content.length), content);
  });

  it('are found before a comment', async () => {
    const archive = writeZip([{ name: 'x', bytes: content }]);
    new DataView(archive.buffer).setUint16(archive.length - 2, 3, true);
    const source = memorySource('a.zip', concatenate([archive, Uint8Array.of(1, 2, 3)]));
    assert.equal((await readZipDirectory(source)).size, 1);
  });
});

describe('hostile zip archives', () => {
  it('are not unpacked past the declared size', async () => {
    const bomb = { bytes: new Uint8Array(50_000_000), deflate: true };
    await assert.rejects(read(bomb), { code: 'LIMIT_EXCEEDED', message: /50000000 bytes/ });
    await assert.rejects(read({ ...bomb, declaredSize: 100 }, 100_000), {
      code: 'MALFORMED',
      message: /does not unpack/,
    });
  });

  it('may not lie about sizes', async () => {
    await assert.rejects(read({ deflate: true, declaredSize: 41 }), { code: 'MALFORMED', message: /lies/ });
    await assert.rejects(read({ declaredSize: 39 }), { code: 'MALFORMED', message: /lies/ });
    const { source, records } = await open([{ name: 'x', bytes: content, declaredSize: 39 }]);
    await assert.rejects(locateStored(source, records.get('x')!), {
      code: 'MALFORMED',
      message: /two sizes/,
    });
  });

  it('may not let records overlap', async () => {
    const first = { name: 'a', bytes: content };
    await assert.rejects(open([first, { name: 'b', bytes: content, headerOffset: 10 }]), {
      code: 'MALFORMED',
      message: /"a" overlaps/,
    });
    await assert.rejects(open([first, { name: 'b', bytes: content, headerOffset: 0 }]), {
      code: 'MALFORMED',
    });
    await assert.rejects(open([{ ...first, declaredStoredSize: 1e6 }]), { code: 'MALFORMED' });
  });

  it('may not name two records alike, nor one differently in two places', async () => {
    const record = { name: 'a', bytes: content };
    await assert.rejects(open([record, record]), { code: 'MALFORMED', message: /two records/ });
    await assert.rejects(read({ localName: 'y' }), { code: 'MALFORMED', message: /another name/ });
  });

  for (const name of ['../x', '/etc/passwd', 'a/../../x', 'C:/x', 'a\\b', 'a\0b', ''])
    it(`may not hold the name ${JSON.stringify(name)}`, async () => {
      await assert.rejects(open([{ name, bytes: content }]), { code: 'UNSAFE' });
    });

  it('are checked against their checksum', async () => {
    const archive = writeZip([{ name: 'x', bytes: content }]);
    archive[35]! ^= 1;
    const source = memorySource('a.zip', archive);
    const records = await readZipDirectory(source);
    await assert.rejects(readRecord(source, records.get('x')!, 1000), {
      code: 'MALFORMED',
      message: /checksum/,
    });
  });

  it('that are encrypted, compressed where they should not be, or cut off are named', async () => {
    await assert.rejects(open([{ name: 'x', bytes: content, flags: 1 }]), {
      code: 'UNSUPPORTED',
      message: /encrypted/,
    });
    const { source, records } = await open([{ name: 'x', bytes: content, deflate: true }]);
    await assert.rejects(locateStored(source, records.get('x')!), {
      code: 'UNSUPPORTED',
      message: /compressed/,
    });
    const cut = writeZip([{ name: 'x', bytes: content }]).slice(0, -1);
    await assert.rejects(readZipDirectory(memorySource('a.zip', cut)), { code: 'TRUNCATED' });
  });
});
