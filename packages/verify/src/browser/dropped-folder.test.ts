import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { utf8Bytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { type DroppedFile, droppedFolderSource } from './dropped-folder.ts';

function dropped(path: string, text: string): DroppedFile {
  return { path, blob: new Blob([text]) };
}

const refused = (code: string) => (error: unknown) => error instanceof FiliationError && error.code === code;

describe('droppedFolderSource', () => {
  it('gives the files without the name of the folder', async () => {
    const source = droppedFolderSource([dropped('case/data/b', 'bb'), dropped('case/bagit.txt', 'x')]);
    assert.equal(source.name, 'case');
    assert.deepEqual(
      source.members.map(({ path, size }) => [path, size]),
      [
        ['bagit.txt', 1],
        ['data/b', 2],
      ],
    );
    assert.deepEqual(await source.read('data/b', 2), utf8Bytes('bb'));
    assert.equal(source.has('case/data/b'), false);
    await assert.rejects(source.read('data/b', 1), refused('LIMIT_EXCEEDED'));
    await assert.rejects(source.read('data/c', 1), refused('NOT_FOUND'));
  });

  it('streams in pieces of at most 1 MiB', async () => {
    const source = droppedFolderSource([dropped('case/data/b', 'x'.repeat(2 ** 20 + 1))]);
    const pieces: number[] = [];
    for await (const piece of source.stream('data/b')) pieces.push(piece.length);
    assert.deepEqual(pieces, [2 ** 20, 1]);
  });

  for (const [what, files, code] of [
    ['nothing', [], 'USAGE'],
    ['two folders', [dropped('a/x', ''), dropped('b/x', '')], 'USAGE'],
    ['a path that leaves', [dropped('a/../x', '')], 'UNSAFE'],
    ['two spellings', [dropped('a/x', ''), dropped('a/X', '')], 'UNSAFE'],
  ] as const)
    it(`refuses ${what}`, () => {
      assert.throws(() => droppedFolderSource(files), refused(code));
    });
});
