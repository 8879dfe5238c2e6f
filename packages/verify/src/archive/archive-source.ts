import { utf8Bytes } from '../bytes.ts';
import { quoted } from '../quoted.ts';
import type { BundleMember, BundleSource } from '../source.ts';
import { crc32 } from './crc32.ts';
import { memberAt, PIECE_BYTES, readWhole } from './member-read.ts';
import { type RandomAccess, ReadAhead } from './random-access.ts';
import { type ArchiveMember, readDirectory } from './zip-directory.ts';
import { firstDifference } from './zip-end.ts';
import { localHeader } from './zip-layout.ts';
import { refusal } from './zip-refusal.ts';

/**
 * Opens a sealed bundle's archive. The directory is checked whole; each member's own header and
 * checksum are checked when it is read, so that reading all members leaves no byte unlooked at.
 * `name` stands in messages. Closes `access` where it fails.
 *
 * @throws FiliationError TRUNCATED, MALFORMED, UNSAFE (paths, links), UNSUPPORTED (compression,
 *         encryption, several disks), LIMIT_EXCEEDED
 */
export async function openArchive(access: RandomAccess, name: string): Promise<BundleSource> {
  const archive = new ReadAhead(access, name);
  try {
    return new ArchiveSource(archive, access, name, await readDirectory(archive, name));
  } catch (cause) {
    await access.close();
    throw cause;
  }
}

class ArchiveSource implements BundleSource {
  readonly name: string;
  readonly members: readonly BundleMember[];
  readonly #archive: ReadAhead;
  readonly #access: RandomAccess;
  readonly #byPath: ReadonlyMap<string, ArchiveMember>;
  readonly #crc32: (bytes: Uint8Array, before: number) => number;

  constructor(archive: ReadAhead, access: RandomAccess, name: string, members: readonly ArchiveMember[]) {
    this.name = name;
    this.members = members;
    this.#archive = archive;
    this.#access = access;
    this.#crc32 = access.crc32?.bind(access) ?? crc32;
    this.#byPath = new Map(members.map((member) => [member.path, member]));
  }

  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  async read(path: string, limit: number): Promise<Uint8Array> {
    return readWhole(this.name, this.#member(path), limit, this.stream(path));
  }

  /** Throws after the last piece where the checksum does not fit. */
  async *stream(path: string): AsyncIterable<Uint8Array> {
    const member = this.#member(path);
    let at = await this.#contentStart(member);
    const end = at + member.size;
    let checksum = 0;
    while (at < end) {
      const piece = await this.#archive.read(at, Math.min(PIECE_BYTES, end - at));
      checksum = this.#crc32(piece, checksum);
      at += piece.length;
      yield piece;
    }
    if (checksum !== member.crc32)
      throw refusal(
        'MALFORMED',
        this.name,
        `the content of ${quoted(path)} does not match its checksum`,
        path,
      );
  }

  close(): Promise<void> {
    return this.#access.close();
  }

  async #contentStart(member: ArchiveMember): Promise<number> {
    const { path, size, crc32, offset } = member;
    const expected = localHeader({ name: utf8Bytes(path), size, crc32 });
    const wrong = firstDifference(await this.#archive.read(offset, expected.length), expected);
    if (wrong === undefined) return offset + expected.length;
    throw refusal(
      'MALFORMED',
      this.name,
      `byte ${offset + wrong}, in the header of ${quoted(path)}, contradicts the directory`,
      path,
    );
  }

  #member(path: string): ArchiveMember {
    return memberAt(this.name, this.#byPath, path);
  }
}
