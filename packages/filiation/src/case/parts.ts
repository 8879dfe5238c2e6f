import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  commitEquality,
  commitParts,
  digestExhibit,
  FiliationError,
  listModelFiles,
  type PartCommitment,
  type PartItem,
  readMasterSalt,
  rowParts,
  Secret,
  writeSealed,
} from '@filiation/evidence';
import type { CommitmentRecord, PartKind } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { openStore, tensorParts } from '@filiation/weights';
import type { Terminal } from '../io/terminal.ts';
import { type ActorOptions, passphraseSources, type Session } from './session.ts';

/** Bytes of the master salt of a commitment. */
const SALT_BYTES = 32;
/** Hex digits of a root that name a file of `keys/`. */
const ROOT_DIGITS = 16;

/** What is committed to: the exhibit where it is one file or all of its files, or one file of several. */
export interface PartsSource {
  readonly kind: PartKind;
  /** Where the bytes of the exhibit lie. */
  readonly path: string;
  /** Rows: the file, where the exhibit has several. */
  readonly file?: string;
}

export interface NewCommitment {
  readonly commitment: PartCommitment;
  /** File of the master salt; absent in an equality commitment. */
  readonly salt?: string;
}

/**
 * Commits to the parts of an exhibit. The master salt is drawn anew and kept encrypted in `keys/`, under
 * the root that it belongs to, before anything is logged.
 */
export async function newCommitment(
  of: Session['of'],
  exhibit: string,
  source: PartsSource & { readonly equality: boolean },
  options: ActorOptions,
  terminal: Terminal,
): Promise<NewCommitment> {
  const scope = scopeOf(exhibit, source.file);
  const about = { hasher: nodePlatform, scope, kind: source.kind };
  if (source.equality) return { commitment: await commitEquality(about, itemsOf(source, terminal)) };
  const salt = new Secret(Uint8Array.from(randomBytes(SALT_BYTES)));
  const commitment = await commitParts(about, salt, itemsOf(source, terminal));
  const file = saltPath(of.folder, exhibit, commitment.record.root);
  await writeSealed(file, salt, { kind: 'master-salt', label: scope }, passphraseSources(options));
  return { commitment, salt: file };
}

/**
 * Makes a commitment again from the exhibit and its master salt, to open parts of it.
 * @throws FiliationError CONFLICT where the bytes are not those that were committed to
 */
export async function sameCommitment(
  of: Session['of'],
  exhibit: string,
  record: CommitmentRecord,
  path: string,
  options: ActorOptions,
  terminal: Terminal,
): Promise<{ readonly commitment: PartCommitment; readonly source: PartsSource }> {
  const { kind, scope, salting } = record;
  const file = scope === exhibit ? undefined : scope.slice(exhibit.length + 1);
  const source: PartsSource = { kind, path, ...(file === undefined ? {} : { file }) };
  const about = { hasher: nodePlatform, scope, kind };
  const items = (): AsyncIterable<PartItem> => itemsOf(source, terminal);
  const commitment =
    salting === 'equality'
      ? await commitEquality(about, items())
      : await commitParts(
          about,
          await readMasterSalt(saltPath(of.folder, exhibit, record.root), scope, passphraseSources(options)),
          items(),
        );
  if (commitment.record.root === record.root) return { commitment, source };
  throw new FiliationError('CONFLICT', `${path} is not what was committed to as ${scope}`, {
    where: path,
    hint: 'open parts of it from the bytes as they were at the time',
  });
}

/** The parts, one by one, in the order of the commitment. */
export async function* itemsOf(source: PartsSource, terminal: Terminal): AsyncIterable<PartItem> {
  const { kind, path } = source;
  if (kind === 'tensors') {
    const store = await openStore(path);
    try {
      yield* tensorParts(store, (done, total) =>
        terminal.meter.update('hashing tensors', done, total, 'bytes'),
      );
    } finally {
      await store.close();
    }
  } else if (kind === 'rows') yield* rowParts(nodePlatform, createReadStream(await rowFile(source)));
  else {
    const { tree } = await digestExhibit(path, (done, total) =>
      terminal.meter.update('hashing files', done, total, 'bytes'),
    );
    for (const { name, size, sha256 } of tree.files) yield { path: name, size, sha256 };
  }
}

/** The file of rows. @throws FiliationError NOT_FOUND, USAGE where there are several and none is named */
export async function rowFile({ path, file }: PartsSource): Promise<string> {
  const files = await listModelFiles(path);
  if (file === undefined && files.length === 1) return files[0]!.path;
  const found = files.find(({ name }) => name === file);
  if (found !== undefined) return found.path;
  throw new FiliationError(
    file === undefined ? 'USAGE' : 'NOT_FOUND',
    file === undefined ? `${path} has ${files.length} files` : `${path} has no file ${file}`,
    { where: path, hint: 'name the file of rows with --file' },
  );
}

/**
 * Where the bytes of an exhibit lie: the path given, or the case's copy; they must be the registered ones.
 * @throws FiliationError NOT_FOUND, UNVERIFIED
 */
export async function exhibitPath(
  of: Session['of'],
  exhibit: string,
  given: string | undefined,
  terminal: Terminal,
): Promise<string> {
  const sha256 = of.state.exhibits.get(exhibit)?.sha256 ?? '';
  const path = given ?? join(of.folder, 'exhibits', sha256);
  if (given === undefined && (sha256 === '' || !existsSync(path)))
    throw new FiliationError('NOT_FOUND', `the bytes of exhibit ${exhibit} are not in the case`, {
      hint: 'say where they lie with --path',
    });
  const found = await digestExhibit(path, (done, total) =>
    terminal.meter.update(`digesting ${exhibit}`, done, total, 'bytes'),
  );
  if (found.sha256 === sha256) return path;
  throw new FiliationError('UNVERIFIED', `${path} is not exhibit ${exhibit}: its digest differs`, {
    where: path,
    hint: 'name the registered bytes, or register what is there as a new exhibit',
  });
}

function scopeOf(exhibit: string, file: string | undefined): string {
  return file === undefined ? exhibit : `${exhibit}/${file}`;
}

function saltPath(folder: string, exhibit: string, root: string): string {
  return join(folder, 'keys', `salt-${exhibit}-${root.slice(0, ROOT_DIGITS)}.json`);
}
