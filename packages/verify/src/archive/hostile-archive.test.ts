import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { utf8Bytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { HOSTILE_MEMBERS } from '../test-support/hostile-members.ts';
import { HOSTILE_PLACES } from '../test-support/hostile-places.ts';
import { type HostileRecord, hostileZip, wideExtra } from '../test-support/hostile-zip.ts';
import { openArchive } from './archive-source.ts';
import { memoryAccess } from './random-access.ts';

const x = utf8Bytes('x');
const honest: HostileRecord = { name: 'data/a', content: x };

describe('a hostile archive', () => {
  for (const { what, records, end, bytes, code, message } of [...HOSTILE_MEMBERS, ...HOSTILE_PLACES])
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
