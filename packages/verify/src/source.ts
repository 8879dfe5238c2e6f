/** One file of a bundle or case folder. */
export interface BundleMember {
  /** Relative, forward slashes, no `.`/`..`, no empty part, NFC, no control characters. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Read access to the files of a bundle: an archive, an unpacked folder, or files dropped on a page.
 * Implementations check names and sizes on opening and never hand out more bytes than `size`.
 * All methods throw FiliationError with the path in `where`.
 */
export interface BundleSource {
  /** For messages: the archive's or folder's name. */
  readonly name: string;
  /** Sorted by path (UTF-8 byte order), each path once. */
  readonly members: readonly BundleMember[];
  has(path: string): boolean;
  /** Whole member, at most `limit` bytes: LIMIT_EXCEEDED where it is larger. NOT_FOUND where absent. */
  read(path: string, limit: number): Promise<Uint8Array>;
  /** The member in pieces of at most 1 MiB. */
  stream(path: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}
