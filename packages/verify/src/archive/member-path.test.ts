import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PathCollisions, pathFault } from './member-path.ts';

describe('pathFault', () => {
  it('takes what every system can unpack below a folder', () => {
    for (const path of [
      'bagit.txt',
      'data/log/tile/entries/x001/x234/067.p/12',
      'data/exhibits/0a/modèle final (2).safetensors',
      'data/..x/.hidden/...a',
      'data/契約書/مدل.txt',
      'data/con-tract/console.txt',
      'data/100%.csv',
    ])
      assert.equal(pathFault(path), undefined, path);
  });

  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /empty/],
    ['/etc/passwd', /absolute/],
    ['//server/share', /absolute/],
    ['../x', /leaves/],
    ['data/../../x', /leaves/],
    ['data/..', /leaves/],
    ['./x', /single dot/],
    ['data//x', /empty part/],
    ['data/', /empty part/],
    ['data\\x', /backslash/],
    ['C:x', /drive/],
    ['c:/x', /drive/],
    ['data/x:stream', /character :/],
    ['data/a*', /character \*/],
    ['data/a\0b', /control/],
    ['data/a\nb', /control/],
    ['data/a\u0085b', /control/],
    ['data/a\u2028b', /control/],
    ['data/\u202egnp.exe', /invisible/],
    ['\ufeffdata/x', /invisible/],
    ['data/\ud800', /control/],
    ['data/\uffff', /control/],
    ['data/e\u0301', /NFC/],
    ['data/\u212b', /NFC/],
    ['data/x.', /dot or space/],
    ['data/x /y', /dot or space/],
    ['data/x\u00a0', /dot or space/],
    ['data/NUL', /device/],
    ['data/aux.txt', /device/],
    ['com1/x', /device/],
    ['data/LPT².log', /device/],
    ['data/con .txt', /device/],
    ['data/conin$', /device/],
    [`data/${'x'.repeat(256)}`, /255 bytes/],
    [`data/${'é'.repeat(128)}`, /255 bytes/],
    [`${'x/'.repeat(33)}x`, /32 folders/],
    [`${'0123456789/'.repeat(30)}${'x'.repeat(255)}/${'y'.repeat(255)}/${'z'.repeat(250)}`, /1024 bytes/],
  ];
  for (const [path, reason] of refused)
    it(`refuses ${JSON.stringify(path.slice(0, 40))}`, () => {
      assert.match(pathFault(path) ?? 'taken', reason);
    });

  it('never takes a path that leaves its folder', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', 'a', 'C:', '\\', '~'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const path = parts.join('/');
        if (pathFault(path) !== undefined) return;
        const reached = new URL(path.split('/').map(encodeURIComponent).join('/'), 'file:///root/');
        assert.ok(reached.pathname.startsWith('/root/'));
        assert.equal(decodeURIComponent(reached.pathname), `/root/${path}`);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('PathCollisions', () => {
  const collides = (...paths: readonly string[]): string | undefined => {
    const collisions = new PathCollisions();
    return paths.map((path) => collisions.add(path)).find((found) => found !== undefined);
  };

  it('keeps different paths apart', () => {
    assert.equal(collides('a', 'b', 'c/a', 'c/b', 'c/d/a', 'ca', 'c.d'), undefined);
  });

  for (const [what, left, right] of [
    ['the same path', 'data/a', 'data/a'],
    ['case', 'data/README', 'data/readme'],
    ['case of a folder', 'Data/a', 'data/b'],
    ['case of a folder further up', 'data/X/a/b', 'data/x/c/d'],
    ['case of another script', 'data/ΣΑΣ', 'data/σας'],
    ['sharp s', 'data/straße', 'data/STRASSE'],
    ['normalization', 'data/\u00e9', 'data/e\u0301'],
    ['a joiner that shows nothing', 'data/a\u200db', 'data/ab'],
    ['file and folder', 'data/a', 'data/a/b'],
    ['folder and file', 'data/a/b', 'data/a'],
    ['file and folder in another case', 'data/A', 'data/a/b'],
  ] as const)
    it(`sees ${what}`, () => {
      assert.notEqual(collides(left, right), undefined);
    });
});
