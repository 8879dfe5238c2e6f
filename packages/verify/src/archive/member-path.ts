import { utf8Bytes } from '../bytes.ts';

/** UTF-8 bytes of a whole path, and of one of its parts (the shortest limit among common file systems). */
export const MAX_PATH_BYTES = 1024;
const MAX_PART_BYTES = 255;
/** Folders above a file. */
const MAX_DEPTH = 32;

/** Control characters, line separators, halves of pairs, and what re-orders or hides text. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\ufeff]/u;
/** Separators and wildcards of the systems on which a bundle is unpacked. */
const FORBIDDEN = /[\\:*?"<>|]/;
/** Names that are devices in every folder of Windows, whatever follows the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\s*\.|\s*$)/i;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * What is wrong with the path of a member, in words that continue "the path …"; undefined where a
 * file of this path can be unpacked below a folder on every common system and stays there. The one
 * judge of paths: archive, folder, manifest and writer ask it.
 */
export function pathFault(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (UNPRINTABLE.test(path)) return 'holds control or invisible characters';
  if (path.includes('\\')) return 'holds a backslash';
  if (path.startsWith('/')) return 'is absolute';
  if (/^[A-Za-z]:/.test(path)) return 'starts with a drive letter';
  const forbidden = FORBIDDEN.exec(path);
  if (forbidden !== null) return `holds the character ${forbidden[0]}`;
  if (!PLAIN.test(path) && path.normalize('NFC') !== path)
    return 'is not in Unicode normalization form C (NFC)';
  if (!fits(path, MAX_PATH_BYTES)) return `has more than ${MAX_PATH_BYTES} bytes`;
  const parts = path.split('/');
  if (parts.length > MAX_DEPTH + 1) return `has more than ${MAX_DEPTH} folders`;
  for (const part of parts) {
    const fault = partFault(part);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function partFault(part: string): string | undefined {
  if (part === '') return 'has an empty part';
  if (part === '..') return 'leaves its folder (..)';
  if (part === '.') return 'has a part that is a single dot';
  if (/[.\s]$/.test(part)) return 'has a part that ends with a dot or space';
  if (DEVICE.test(part)) return 'has a part that is a device name on Windows';
  if (!fits(part, MAX_PART_BYTES)) return `has a part of more than ${MAX_PART_BYTES} bytes`;
  return undefined;
}

function fits(text: string, bytes: number): boolean {
  // Three bytes a code unit is the most that UTF-8 takes.
  return text.length * 3 <= bytes || utf8Bytes(text).length <= bytes;
}

/**
 * Sees which paths of one bundle would fall together when unpacked: the same path twice, two spellings
 * that differ in case, normalization or ignorable characters only, a path that is a file and a folder.
 */
export class PathCollisions {
  /** Spelling by key, for files and for folders above them. */
  readonly #files = new Map<string, string>();
  readonly #folders = new Map<string, string>();

  /** Remembers the path; returns the path it collides with, or undefined. */
  add(path: string): string | undefined {
    const key = collisionKey(path);
    const known = this.#files.get(key) ?? this.#folders.get(key);
    if (known !== undefined) return known;
    this.#files.set(key, path);
    return this.#addFolder(path, path.lastIndexOf('/'));
  }

  #addFolder(path: string, end: number): string | undefined {
    if (end < 0) return undefined;
    const folder = path.slice(0, end);
    const key = collisionKey(folder);
    const known = this.#folders.get(key);
    if (known === folder) return undefined;
    const collides = known ?? this.#files.get(key);
    if (collides !== undefined) return collides;
    this.#folders.set(key, folder);
    return this.#addFolder(path, path.lastIndexOf('/', end - 1));
  }
}

function collisionKey(path: string): string {
  if (PLAIN.test(path)) return path.toLowerCase();
  return path.normalize('NFD').replace(IGNORABLE, '').toUpperCase().toLowerCase().normalize('NFC');
}
