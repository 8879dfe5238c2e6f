import { equalBytes, hexOf, utf8Bytes } from '../bytes.ts';
import type { Check } from '../check.ts';
import { FiliationError } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { BundleSource } from '../source.ts';
import { BAG_DECLARATION, MAX_BAG_INFO_BYTES, parseBagInfo } from './bag-info.ts';
import { MAX_MANIFEST_BYTES, type ManifestLine, parseManifest } from './manifest.ts';

export const DECLARATION_FILE = 'bagit.txt';
export const INFO_FILE = 'bag-info.txt';
export const MANIFEST_FILE = 'manifest-sha256.txt';
export const TAG_MANIFEST_FILE = 'tagmanifest-sha256.txt';
/** Signs the tag manifest, so it cannot be listed there. */
export const SEAL_FILE = 'seal.dsse.json';
export const PAYLOAD_FOLDER = 'data/';

/** Bytes hashed so far, and in all. */
export type BagProgress = (done: number, total: number) => void;
/** SHA-256 of each file that could be read, 64 lower-case hex digits, by path. */
export type DigestTable = ReadonlyMap<string, string>;

/**
 * Checks a bag as RFC 8493 (BagIt 1.0) asks, and stricter: it is complete (each listed file is there,
 * each file is listed) and valid (each digest matches), and its tag files have the one form in which
 * bundles are sealed. Reads every file once, streamed. Faults are reported, not thrown; the seal's
 * signature is a later step.
 *
 * Checks: `bag.declaration`, `bag.info`, `bag.manifest` (the two lists), `bag.payload` and `bag.tags`
 * (one for each file).
 */
export async function checkBag(
  source: BundleSource,
  platform: Platform,
  report: (check: Check) => void,
  onProgress: BagProgress = () => undefined,
): Promise<DigestTable> {
  const bag = new BagCheck(source, platform, report, onProgress);
  await bag.hashFiles();
  await bag.checkDeclaration();
  await bag.checkInfo();
  await bag.checkList(MANIFEST_FILE, 'bag.payload', (path) => path.startsWith(PAYLOAD_FOLDER));
  await bag.checkList(TAG_MANIFEST_FILE, 'bag.tags', isListedTag);
  return bag.digests;
}

function isListedTag(path: string): boolean {
  return !path.startsWith(PAYLOAD_FOLDER) && path !== TAG_MANIFEST_FILE && path !== SEAL_FILE;
}

class BagCheck {
  readonly digests: Map<string, string> = new Map();
  readonly #source: BundleSource;
  readonly #platform: Platform;
  readonly #report: (check: Check) => void;
  readonly #onProgress: BagProgress;

  constructor(
    source: BundleSource,
    platform: Platform,
    report: (check: Check) => void,
    onProgress: BagProgress,
  ) {
    this.#source = source;
    this.#platform = platform;
    this.#report = report;
    this.#onProgress = onProgress;
  }

  async hashFiles(): Promise<void> {
    const total = this.#source.members.reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    for (const { path } of this.#source.members) {
      const hash = this.#platform.runningSha256();
      try {
        for await (const piece of this.#source.stream(path)) {
          hash.update(piece);
          done += piece.length;
          this.#onProgress(done, total);
        }
        this.digests.set(path, hexOf(hash.digest()));
      } catch (error) {
        this.#failed(idOf(path), path, `it cannot be read: ${reasonOf(error)}`);
      }
    }
  }

  async checkDeclaration(): Promise<void> {
    const bytes = await this.#read('bag.declaration', DECLARATION_FILE, BAG_DECLARATION.length);
    if (bytes === undefined) return;
    if (equalBytes(bytes, utf8Bytes(BAG_DECLARATION)))
      this.#passed('bag.declaration', DECLARATION_FILE, 'it declares BagIt 1.0 in UTF-8');
    else
      this.#failed(
        'bag.declaration',
        DECLARATION_FILE,
        'it is not the declaration of a BagIt 1.0 bag in UTF-8',
      );
  }

  async checkInfo(): Promise<void> {
    const bytes = await this.#read('bag.info', INFO_FILE, MAX_BAG_INFO_BYTES);
    if (bytes === undefined) return;
    try {
      const { payload } = parseBagInfo(bytes);
      const files = this.#source.members.filter(({ path }) => path.startsWith(PAYLOAD_FOLDER));
      const size = files.reduce((sum, file) => sum + file.size, 0);
      if (payload.bytes === size && payload.files === files.length)
        this.#passed('bag.info', INFO_FILE, `${payload.files} files of ${payload.bytes} bytes, as stated`);
      else
        this.#failed(
          'bag.info',
          INFO_FILE,
          `it states ${payload.files} files of ${payload.bytes} bytes below data/, there are ${files.length} of ${size}`,
        );
    } catch (error) {
      this.#failed('bag.info', INFO_FILE, reasonOf(error));
    }
  }

  /** Compares a list with the files it must list: those, and no others. */
  async checkList(list: string, id: string, isListed: (path: string) => boolean): Promise<void> {
    const lines = await this.#readList(list);
    if (lines === undefined) return;
    const expected = new Map(lines.map(({ path, sha256 }) => [path, sha256]));
    for (const path of expected.keys()) {
      if (!isListed(path))
        this.#failed('bag.manifest', path, `${list} lists it, but it does not belong there`);
      else if (!this.#source.has(path)) this.#failed(id, path, `${list} lists it, but it is missing`);
    }
    for (const { path } of this.#source.members)
      if (isListed(path)) this.#compare(id, list, path, expected.get(path));
  }

  #compare(id: string, list: string, path: string, expected: string | undefined): void {
    const actual = this.digests.get(path);
    if (expected === undefined)
      this.#failed(id, path, `${list} does not list it: it was added after sealing`);
    else if (isForeign(path))
      this.#failed(id, path, 'sealed bundles have no such list: only SHA-256 and nothing to fetch');
    else if (actual === expected) this.#passed(id, path, `its SHA-256 is the one in ${list}`);
    else if (actual !== undefined)
      this.#failed(
        id,
        path,
        `its SHA-256 is ${actual}, but ${list} says ${expected}: one of them was altered`,
      );
  }

  async #readList(list: string): Promise<readonly ManifestLine[] | undefined> {
    const bytes = await this.#read('bag.manifest', list, MAX_MANIFEST_BYTES);
    if (bytes === undefined) return undefined;
    try {
      const lines = parseManifest(bytes, list);
      this.#passed('bag.manifest', list, `it lists ${lines.length} files`);
      return lines;
    } catch (error) {
      this.#failed('bag.manifest', list, reasonOf(error));
      return undefined;
    }
  }

  /** A file as it was when it was hashed. */
  async #read(id: string, path: string, limit: number): Promise<Uint8Array | undefined> {
    // One that could not be hashed is already reported.
    if (this.#source.has(path) && !this.digests.has(path)) return undefined;
    try {
      const bytes = await this.#source.read(path, limit);
      if (hexOf(this.#platform.sha256(bytes)) === this.digests.get(path)) return bytes;
      this.#failed(id, path, 'it changed while the bundle was checked');
    } catch (error) {
      this.#failed(id, path, reasonOf(error));
    }
    return undefined;
  }

  #passed(id: string, part: string, detail: string): void {
    this.#report({ id, status: 'passed', part, detail });
  }

  #failed(id: string, part: string, detail: string): void {
    this.#report({ id, status: 'failed', part, detail });
  }
}

function idOf(path: string): string {
  return path.startsWith(PAYLOAD_FOLDER) ? 'bag.payload' : 'bag.tags';
}

/** Lists of other digests, or of files that are fetched: other programs would act on them. */
function isForeign(path: string): boolean {
  return path === 'fetch.txt' || (/^(?:tag)?manifest-[^/]*\.txt$/.test(path) && path !== MANIFEST_FILE);
}

function reasonOf(error: unknown): string {
  if (error instanceof FiliationError) return error.message;
  throw error;
}
