import {
  BAG_DECLARATION,
  centralRecord,
  compareText,
  crc32,
  decodeEntryBundle,
  encodeBagInfo,
  encodeEntryBundle,
  encodeManifest,
  endRecords,
  formatCheckpoint,
  hexOf,
  leafHash,
  localHeader,
  memoryAccess,
  noteBytes,
  openArchive,
  parseBagInfo,
  parseCheckpoint,
  parseNote,
  TileBuilder,
  tilePath,
  utf8Bytes,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';

/** Files of a bundle by path. */
export type Files = ReadonlyMap<string, Uint8Array>;

export async function unpack(archive: Uint8Array): Promise<Files> {
  const source = await openArchive(memoryAccess(archive), 'case.zip');
  const files = new Map<string, Uint8Array>();
  for (const { path, size } of source.members) files.set(path, await source.read(path, size));
  return files;
}

/** Where each part of an archive lies: headers, contents, records of the directory, its end. */
export interface Region {
  readonly part: 'header' | 'content' | 'record' | 'end';
  /** Member; empty for the end of the archive. */
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** The canonical archive of the files, and where everything lies in it. */
export function pack(files: Files): { readonly bytes: Uint8Array; readonly regions: readonly Region[] } {
  const parts: Uint8Array[] = [];
  const records: Region[] = [];
  const regions: Region[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const add = (part: Region['part'], path: string, bytes: Uint8Array): void => {
    parts.push(bytes);
    regions.push({ part, path, from: at, to: at + bytes.length });
    at += bytes.length;
  };
  const paths = [...files.keys()].sort(compareText);
  for (const path of paths) {
    const bytes = files.get(path)!;
    const member = { name: utf8Bytes(path), size: bytes.length, crc32: crc32(bytes) };
    directory.push(centralRecord(member, at));
    add('header', path, localHeader(member));
    add('content', path, bytes);
  }
  const start = at;
  directory.forEach((bytes, i) => {
    add('record', paths[i]!, bytes);
  });
  add('end', '', endRecords(directory.length, at - start, start));
  return { bytes: new Uint8Array(Buffer.concat(parts)), regions: [...regions, ...records] };
}

const LISTS = ['bag-info.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt', 'bagit.txt'];
export const SEAL = 'seal.dsse.json';

/** Writes all lists of the bag anew, as anybody can; the seal over them nobody can sign again. */
export function relist(files: Files): Files {
  const next = new Map(files);
  for (const path of LISTS) next.delete(path);
  const payload = [...next].filter(([path]) => path.startsWith('data/'));
  next.set('bagit.txt', utf8Bytes(BAG_DECLARATION));
  next.set('manifest-sha256.txt', manifestOf(payload));
  const bytes = payload.reduce((sum, [, content]) => sum + content.length, 0);
  const info = parseBagInfo(files.get('bag-info.txt')!);
  next.set('bag-info.txt', encodeBagInfo({ ...info, payload: { bytes, files: payload.length } }));
  const tags = [...next].filter(([path]) => !path.startsWith('data/') && path !== SEAL);
  return next.set('tagmanifest-sha256.txt', manifestOf(tags));
}

function manifestOf(files: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  return encodeManifest(files.map(([path, bytes]) => ({ path, sha256: hexOf(nodePlatform.sha256(bytes)) })));
}

const LOG = 'data/log/';

export function entriesOf(files: Files): readonly Uint8Array[] {
  const found = [...files].find(([path]) => path.startsWith(`${LOG}tile/entries/`))!;
  const [path, bytes] = found;
  return decodeEntryBundle(bytes, Number(path.split('/').at(-1)));
}

/**
 * Writes the log of other entries (fewer than 256): tiles, root and size as they follow. The checkpoint keeps
 * its old signatures, which fit no more, or has one by somebody else.
 */
export function relog(files: Files, entries: readonly Uint8Array[], keepSignatures: boolean): Files {
  const next = new Map([...files].filter(([path]) => !path.startsWith(`${LOG}tile/`)));
  const tree = TileBuilder.empty(nodePlatform);
  for (const entry of entries) tree.append(leafHash(nodePlatform, entry));
  for (const tile of tree.partialTiles()) next.set(`${LOG}${tilePath(tile)}`, tile.bytes);
  const path = tilePath({ level: 'entries', index: 0, width: entries.length });
  next.set(`${LOG}${path}`, encodeEntryBundle(entries));
  const note = parseNote(files.get(`${LOG}checkpoint`)!);
  const checkpoint = { ...parseCheckpoint(note.text), size: tree.size, root: tree.root() };
  const others = note.signatures.map((signature) => ({ ...signature, name: 'example.org/other' }));
  const signatures = keepSignatures ? note.signatures : others;
  return next.set(`${LOG}checkpoint`, noteBytes({ text: formatCheckpoint(checkpoint), signatures }));
}

/** What a mutation is, what it makes of the bundle, and what the error then has to name. */
export interface Mutation {
  /** For the count. */
  readonly kind: string;
  /** For people, where it is not caught. */
  readonly what: string;
  archive(): Uint8Array;
  /** Texts of which an error has to hold one. */
  readonly names: readonly (string | RegExp)[];
}
