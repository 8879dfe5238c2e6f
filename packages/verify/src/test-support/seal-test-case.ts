import { BAG_DECLARATION, encodeBagInfo } from '../bag/bag-info.ts';
import { hexOf, utf8Bytes } from '../bytes.ts';
import { contentsDigest, withheldBytes } from '../case/verify-bundle.ts';
import { BUNDLE_PREDICATE, type BundleSeal } from '../claims/bundle-seal.ts';
import { envelopeBytes, statementMessage } from '../claims/dsse.ts';
import { STATEMENT_TYPE, type Statement } from '../claims/envelope.ts';
import type { SealClaim } from '../claims/predicates.ts';
import { nodePlatform } from '../node/platform.ts';
import { packArchive } from './pack-archive.ts';
import { manifestOf } from './pack-bag.ts';
import { sha256, type TestCase } from './test-case.ts';

/** Logs the seal of a test case, by `acme`, and gives the archive as the real sealing lays it out. */
export function sealTestCase(of: TestCase, withheld: SealClaim['withheld'] = []): Uint8Array {
  const left = withheld.map(({ exhibit }) => `data/exhibits/${of.digests.get(exhibit)}/`);
  const stays = (path: string): boolean => !left.some((folder) => path.startsWith(folder));
  const payload = (): Record<string, Uint8Array> => ({
    ...Object.fromEntries(Object.entries(of.members('data/')).filter(([path]) => stays(path))),
    'data/withheld.json': withheldBytes(withheld),
  });
  const digests = Object.entries(payload()).map(([path, bytes]) => [path, sha256(bytes)] as const);
  const contents = contentsDigest(
    nodePlatform.sha256,
    digests.sort(([p], [q]) => (p < q ? -1 : 1)),
  );
  of.add('acme', 'seal', [{ name: 'contents', digest: { sha256: contents } }], {
    included: of.digests.size - withheld.length,
    withheld,
  });
  const files = payload();
  const info = {
    agent: 'test',
    baggingDate: '2030-01-02',
    identifier: 'case-1',
    payload: {
      bytes: Object.values(files).reduce((sum, { length }) => sum + length, 0),
      files: Object.keys(files).length,
    },
  };
  files['bagit.txt'] = utf8Bytes(BAG_DECLARATION);
  files['manifest-sha256.txt'] = manifestOf(files, (path) => path.startsWith('data/'));
  files['bag-info.txt'] = encodeBagInfo(info);
  files['tagmanifest-sha256.txt'] = manifestOf(files, (path) => !path.startsWith('data/'));
  files['seal.dsse.json'] = sealOf(of, files['tagmanifest-sha256.txt']);
  return packArchive(files);
}

function sealOf(of: TestCase, tagManifest: Uint8Array): Uint8Array {
  const size = of.entries.length;
  const seal: BundleSeal = {
    format: 'filiation.bundle/1',
    case: 'case-1',
    actor: 'acme',
    at: '2030-01-02T00:00:00Z',
    software: 'test',
    log: { origin: 'example.org/log', size, root: of.rootAt(size) },
  };
  const statement: Statement = {
    _type: STATEMENT_TYPE,
    subject: [
      { name: 'tagmanifest-sha256.txt', digest: { sha256: hexOf(nodePlatform.sha256(tagManifest)) } },
    ],
    predicateType: BUNDLE_PREDICATE,
    predicate: seal as unknown as Statement['predicate'],
  };
  const key = of.keys.get('acme')!;
  return envelopeBytes(statement, key.keyid, key.sign(statementMessage(statement)));
}
