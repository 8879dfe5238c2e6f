import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { base64Of, decodeEntryBundle, parseNote, tilePath, tilesOf } from '@filiation/verify';
import { createLog } from './log.ts';
import { numberedEntries, ORIGIN, testSigner, textOf } from './log-fixture.test.support.ts';

let top = '';
before(async () => {
  top = await mkdtemp(join(tmpdir(), 'filiation-vectors-'));
});
after(() => rm(top, { recursive: true }));

describe('the golden log: 300 entries, hashed by another program, signed by OpenSSL', () => {
  // Digests by Python's hashlib from the recursive definition in RFC 6962; the checkpoint was put together
  // and signed with OpenSSL from the text of its specification.
  const golden: Readonly<Record<string, string>> = {
    'tile/entries/000': '86a1f54c044967e8f13d51428aafab62c5b0bc598ee0faed5fed9f8a15807f08',
    'tile/entries/001.p/44': '0a350cc0f38ccdf6169058e5e0c40481758211499d793aab78c91310ea0b4a8c',
    'tile/0/000': 'a0c25589715c8666fafc86fc641663278612c4ba242d9e8c81f5c95499c81be5',
    'tile/0/001.p/44': '4b1fe615a0b8d33a11d04b4a55b4ee70cf45ddebcc76c500526bf1084f19edb0',
  };

  it('has the same bytes', async () => {
    const log = await createLog(join(top, 'golden'), { origin: ORIGIN, signer: testSigner() });
    await log.append(numberedEntries(0, 3));
    assert.equal(base64Of(log.root), 'o8r7TUNJ8WTWDoGBLUA9EaWbGSjLYrLD1eV+Xz6mf3I=');
    await log.append(numberedEntries(3, 297));
    await log.close();
    for (const [path, digest] of Object.entries(golden)) {
      const bytes = await readFile(join(log.folder, path));
      assert.equal(createHash('sha256').update(bytes).digest('hex'), digest, path);
    }
    const levelOne = await readFile(join(log.folder, 'tile/1/000.p/1'));
    assert.equal(
      levelOne.toString('hex'),
      '0e403c385dca3105e77d487ee488b0a0baa3bd2cc816d12b72c2ed5bc39a708c',
    );
    assert.equal(await readFile(join(log.folder, 'checkpoint'), 'utf8'), GOLDEN_CHECKPOINT);
  });
});

const GOLDEN_CHECKPOINT = `example.org/case-17
300
DwZxXyg6rhHeLjctGwzC3+FVH5gMJMB30jYYpuToabU=

— example.org/case-17 fOqehXzztzoXvpgSXnWd2sbhj4gbC/5eSAENcEComq3U5J16d1oX3w8UwgS9iy722lpPoNDY9GDoQpzibSyBNeq/CA8=
`;

/** Staged vectors of a public log; absent on most machines. */
function tesseraFolder(): string | undefined {
  let top = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(top, 'package-lock.json')) && dirname(top) !== top) top = dirname(top);
  const shared = process.env.FILIATION_SHARED ?? join(top, '..', 'shared');
  const folder = join(shared, 'data', 'evidence', 'tlog-tessera');
  return existsSync(folder) ? folder : undefined;
}

const tessera = tesseraFolder();
test('the same entries give the files of the Tessera log at each of its sizes', {
  skip: tessera === undefined && 'no data',
}, async () => {
  const read = (path: string) => readFile(join(tessera!, path));
  const entries = decodeEntryBundle(await read('tile/entries/000.p/15'), 15);
  const origin = 'example.com/log/testdata';
  const log = await createLog(join(top, 'tessera'), { origin, signer: testSigner(origin) });
  for (let size = 0; size <= 15; size++) {
    if (size > 0) await log.append([entries[size - 1]!]);
    assert.equal(parseNote(log.checkpoint).text, parseNote(await read(`checkpoint.${size}`)).text);
    for (const tile of tilesOf(size)) {
      const path = tilePath(tile);
      assert.deepEqual(await readFile(join(log.folder, path)), await read(path), path);
    }
  }
  assert.equal(textOf(await log.entry(0)), 'one');
  await log.close();
});
