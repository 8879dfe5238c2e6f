import { createHash } from 'node:crypto';
import {
  BAG_DECLARATION,
  DECLARATION_FILE,
  encodeBagInfo,
  encodeManifest,
  FiliationError,
  INFO_FILE,
  MANIFEST_FILE,
  type ManifestLine,
  PAYLOAD_FOLDER,
  quoted,
  SEAL_FILE,
  TAG_MANIFEST_FILE,
  utf8Bytes,
} from '@filiation/verify';
import type { SealMember, WriteProgress } from './archive-writer.ts';
import { memberOf } from './members.ts';

export interface BagRequest {
  /** Everything below `data/`. */
  readonly payload: readonly SealMember[];
  /** What stands beside it: the verifier, the guide to checking by hand. */
  readonly tags: readonly SealMember[];
  /** The case id, one line of text. */
  readonly identifier: string;
  /** Name and version of the program. */
  readonly agent: string;
  /** Day of bagging, in UTC. */
  readonly now: () => Date;
}

export interface PreparedBag {
  /** All files but the seal, each bound to the digest that the manifests state. */
  readonly members: readonly SealMember[];
  /** `tagmanifest-sha256.txt`: what the seal signs. */
  readonly tagManifest: Uint8Array;
  /** SHA-256 by path, 64 lower-case hex digits, of every member. */
  readonly digests: ReadonlyMap<string, string>;
}

/**
 * Makes a BagIt 1.0 bag (RFC 8493) of some files: reads each once for its digest and adds the tag files
 * `checkBag` of the verifier asks for. A member that gives other bytes when it is opened again (for the
 * archive) is refused there, so that what is sealed is what was hashed.
 *
 * @throws FiliationError USAGE (a path on the wrong side of `data/`), and what a member's `open` throws
 */
export async function prepareBag(
  request: BagRequest,
  progress: WriteProgress = () => undefined,
): Promise<PreparedBag> {
  const { payload, tags } = request;
  for (const { path } of payload)
    if (!path.startsWith(PAYLOAD_FOLDER)) throw misplaced(path, 'is not below data/');
  for (const { path } of tags)
    if (path.startsWith(PAYLOAD_FOLDER) || RESERVED.has(path))
      throw misplaced(path, 'is taken by the bag itself');
  const total = [...payload, ...tags].reduce((sum, { size }) => sum + size, 0);
  // The bag's own files are small and not counted in the total.
  const hashing = new Hashing((done) => progress(Math.min(done, total), total));

  const payloadLines = await hashing.linesOf(payload);
  const payloadBytes = payload.reduce((sum, { size }) => sum + size, 0);
  const own = [
    memberOf(DECLARATION_FILE, utf8Bytes(BAG_DECLARATION)),
    memberOf(
      INFO_FILE,
      encodeBagInfo({
        baggingDate: request.now().toISOString().slice(0, 10),
        payload: { bytes: payloadBytes, files: payload.length },
        identifier: request.identifier,
        agent: request.agent,
      }),
    ),
    memberOf(MANIFEST_FILE, encodeManifest(payloadLines)),
  ];
  const tagLines = await hashing.linesOf([...tags, ...own]);
  const tagManifest = encodeManifest(tagLines);
  const last = memberOf(TAG_MANIFEST_FILE, tagManifest);
  const lines = [...payloadLines, ...tagLines, ...(await hashing.linesOf([last]))];
  const digests = new Map(lines.map(({ path, sha256 }) => [path, sha256]));
  const members = [...payload, ...tags, ...own, last].map((member) =>
    bound(member, digests.get(member.path)!),
  );
  return { members, tagManifest, digests };
}

const RESERVED: ReadonlySet<string> = new Set([
  DECLARATION_FILE,
  INFO_FILE,
  MANIFEST_FILE,
  TAG_MANIFEST_FILE,
  SEAL_FILE,
]);

class Hashing {
  readonly #progress: (done: number) => void;
  #done = 0;

  constructor(progress: (done: number) => void) {
    this.#progress = progress;
  }

  async linesOf(members: readonly SealMember[]): Promise<ManifestLine[]> {
    const lines: ManifestLine[] = [];
    for (const member of members) {
      const hash = createHash('sha256');
      for await (const piece of member.open()) {
        hash.update(piece);
        this.#done += piece.length;
        this.#progress(this.#done);
      }
      lines.push({ path: member.path, sha256: hash.digest('hex') });
    }
    return lines;
  }
}

/** The member, refusing to give other bytes than those of the digest. */
function bound(member: SealMember, sha256: string): SealMember {
  return {
    path: member.path,
    size: member.size,
    async *open() {
      const hash = createHash('sha256');
      for await (const piece of member.open()) {
        hash.update(piece);
        yield piece;
      }
      if (hash.digest('hex') !== sha256)
        throw new FiliationError('UNREADABLE', `${quoted(member.path)} changed while the case was sealed`, {
          where: member.path,
          hint: 'Wait until nothing writes to the case, then seal again.',
        });
    },
  };
}

function misplaced(path: string, fault: string): FiliationError {
  return new FiliationError('USAGE', `the path ${quoted(path)} ${fault}`, {
    where: path,
    hint: 'The payload lies below data/, tag files lie beside it.',
  });
}
