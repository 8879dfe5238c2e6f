import { BAG_DECLARATION, encodeBagInfo } from '../bag/bag-info.ts';
import { encodeManifest } from '../bag/manifest.ts';
import { hexOf, utf8Bytes } from '../bytes.ts';
import { nodePlatform } from '../node/platform.ts';

export type Files = Readonly<Record<string, Uint8Array>>;

/** The files of a whole bag around some payload (`data/…`) and tag files. */
export function packBag(files: Readonly<Record<string, string>>): Files {
  const given = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, utf8Bytes(text)]));
  const payload = Object.entries(given).filter(([path]) => path.startsWith('data/'));
  const bytes = payload.reduce((sum, [, content]) => sum + content.length, 0);
  const info = {
    agent: 'test',
    baggingDate: '2026-03-01',
    identifier: 'case-1',
    payload: { bytes, files: payload.length },
  };
  const bag: Record<string, Uint8Array> = {
    ...given,
    'bagit.txt': utf8Bytes(BAG_DECLARATION),
    'bag-info.txt': encodeBagInfo(info),
    'manifest-sha256.txt': manifestOf(given, (path) => path.startsWith('data/')),
  };
  bag['tagmanifest-sha256.txt'] = manifestOf(
    bag,
    (path) => !path.startsWith('data/') && path !== 'seal.dsse.json',
  );
  return bag;
}

export function manifestOf(files: Files, isListed: (path: string) => boolean): Uint8Array {
  return encodeManifest(
    Object.entries(files)
      .filter(([path]) => isListed(path))
      .map(([path, bytes]) => ({ path, sha256: hexOf(nodePlatform.sha256(bytes)) })),
  );
}
