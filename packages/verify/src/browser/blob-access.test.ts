import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openArchive } from '../archive/archive-source.ts';
import { utf8Bytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { packArchive } from '../test-support/pack-archive.ts';
import { blobAccess } from './blob-access.ts';

describe('blobAccess', () => {
  it('lets a dropped file be read as an archive', async () => {
    const blob = new Blob([packArchive({ 'data/a': 'abc' }).slice()]);
    const source = await openArchive(blobAccess(blob, 'case.zip'), 'case.zip');
    assert.deepEqual(await source.read('data/a', 3), utf8Bytes('abc'));
  });

  it('says that the file is gone', async () => {
    const gone = { size: 30, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadable')) }) };
    await assert.rejects(
      openArchive(blobAccess(gone, 'case.zip'), 'case.zip'),
      (error) => error instanceof FiliationError && error.code === 'UNREADABLE',
    );
  });
});
