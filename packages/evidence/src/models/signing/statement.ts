import { FiliationError, quoted } from '@filiation/verify';
import { array, integer, object, parseObject, text } from '../shape.ts';
import { checkManifest, type Manifest, type ManifestEntry, type ManifestHash } from './manifest.ts';

/** In-toto Statement types of the two generations of model signatures. */
export const PREDICATE_STANDARD = 'https://model_signing/signature/v1.0';
export const PREDICATE_LEGACY = 'https://model_signing/Digests/v0.1';
const STATEMENT = 'https://in-toto.io/Statement/v1';

/** Bytes; 2^53 is beyond any file system. */
const MAX_SHARD_BYTES = 2 ** 50;
const MAX_IGNORED = 10_000;

/** What a model signature says, before it is held against files. */
export interface ModelStatement {
  readonly predicate: typeof PREDICATE_STANDARD | typeof PREDICATE_LEGACY;
  /** Folder or file name at signing; informational. Absent in the legacy form. */
  readonly name?: string;
  /** Hex SHA-256 over the raw digests in listed order; absent in the legacy form. */
  readonly root?: string;
  readonly manifest: Manifest;
}

/**
 * Reads the payload of a model signature: OpenSSF Model Signing 1.0, or `Digests/v0.1` as the first
 * releases of its reference implementation wrote. Only form is checked; the caller recomputes the root.
 *
 * @throws FiliationError MALFORMED, UNSUPPORTED (another predicate, BLAKE3), UNSAFE, LIMIT_EXCEEDED
 */
export function parseModelStatement(payload: Uint8Array, where: string): ModelStatement {
  const statement = parseObject(payload, payload.length, where);
  if (statement._type !== STATEMENT)
    throw new FiliationError('UNSUPPORTED', `${where} is not an in-toto Statement v1`, { where });
  const subjects = array(statement.subject, `${where}: subject`);
  if (statement.predicateType === PREDICATE_LEGACY) return legacy(subjects, where);
  if (statement.predicateType !== PREDICATE_STANDARD)
    throw new FiliationError('UNSUPPORTED', `${where} makes no statement about a model's files`, {
      where,
      hint: `its predicate type should be ${PREDICATE_STANDARD}`,
    });
  if (subjects.length !== 1)
    throw new FiliationError('MALFORMED', `${where} has ${subjects.length} subjects instead of one`, {
      where,
    });
  const subject = object(subjects[0], `${where}: subject`);
  const root = text(
    object(subject.digest, `${where}: subject.digest`).sha256,
    `${where}: subject.digest.sha256`,
  );
  const predicate = object(statement.predicate, `${where}: predicate`);
  const settings = readSettings(object(predicate.serialization, `${where}: serialization`), where);
  const entries = array(predicate.resources, `${where}: resources`).map((value) =>
    readResource(object(value, `${where}: resources`), settings, where),
  );
  const manifest = { settings, entries };
  checkManifest(manifest, where);
  return {
    predicate: PREDICATE_STANDARD,
    name: text(subject.name, `${where}: subject.name`),
    root,
    manifest,
  };
}

function readSettings(value: Readonly<Record<string, unknown>>, where: string): Manifest['settings'] {
  const method = value.method;
  if (method !== 'files' && method !== 'shards')
    throw new FiliationError('UNSUPPORTED', `${where}: unknown serialization ${quoted(String(method))}`, {
      where,
    });
  if (typeof value.allow_symlinks !== 'boolean')
    throw new FiliationError('MALFORMED', `${where}: allow_symlinks is missing`, { where });
  const ignored =
    value.ignore_paths === undefined ? undefined : array(value.ignore_paths, `${where}: ignore_paths`);
  if (ignored !== undefined && ignored.length > MAX_IGNORED)
    throw new FiliationError('LIMIT_EXCEEDED', `${where} ignores ${ignored.length} paths`, { where });
  return {
    method,
    hash: readHash(value.hash_type, where),
    // `1000000000.0` in files of the reference implementation: the same number.
    ...(method === 'shards'
      ? { shardSize: integer(value.shard_size, 1, MAX_SHARD_BYTES, `${where}: shard_size`) }
      : {}),
    allowSymlinks: value.allow_symlinks,
    ...(ignored === undefined
      ? {}
      : { ignorePaths: ignored.map((path) => text(path, `${where}: ignore_paths`)) }),
  };
}

function readHash(name: unknown, where: string): ManifestHash {
  if (name === 'sha256' || name === 'blake2b') return name;
  throw new FiliationError('UNSUPPORTED', `${where}: files are digested with ${quoted(String(name))}`, {
    where,
    hint:
      name === 'blake3'
        ? 'ask the signer for a SHA-256 signature of the same files'
        : 'sha256 or blake2b are read',
  });
}

function readResource(
  value: Readonly<Record<string, unknown>>,
  settings: Manifest['settings'],
  where: string,
): ManifestEntry {
  const name = text(value.name, `${where}: resources.name`);
  const algorithm = text(value.algorithm, `${where}: resources.algorithm`);
  const accepted = [settings.hash, `${settings.hash}-sharded-${settings.shardSize}`];
  if (!accepted.slice(0, settings.method === 'shards' ? 2 : 1).includes(algorithm))
    throw new FiliationError('MALFORMED', `${where}: ${quoted(name)} is digested with ${quoted(algorithm)}`, {
      where,
    });
  const digest = text(value.digest, `${where}: resources.digest`);
  if (settings.method === 'files') return { path: name, digest };
  // A path may hold colons itself: only the last two count.
  const parts = /^(.*):(0|[1-9]\d{0,15}):([1-9]\d{0,15})$/s.exec(name);
  if (parts === null)
    throw new FiliationError('MALFORMED', `${where}: ${quoted(name)} is not path:start:end`, {
      where,
    });
  return { path: parts[1]!, digest, start: Number(parts[2]), end: Number(parts[3]) };
}

function legacy(subjects: readonly unknown[], where: string): ModelStatement {
  const entries = subjects.map((value) => {
    const subject = object(value, `${where}: subject`);
    const path = text(subject.name, `${where}: subject.name`);
    const { actual_hash_algorithm: algorithm } = object(subject.annotations, `${where}: annotations`);
    if (algorithm !== 'file-sha256')
      throw new FiliationError('UNSUPPORTED', `${where}: legacy digest ${quoted(String(algorithm))}`, {
        where,
        hint: 'of the legacy forms, only whole files digested with SHA-256 are read',
      });
    return {
      path,
      digest: text(object(subject.digest, `${where}: subject.digest`).sha256, `${where}: digest`),
    };
  });
  const manifest: Manifest = { settings: { method: 'files', hash: 'sha256', allowSymlinks: false }, entries };
  checkManifest(manifest, where);
  return { predicate: PREDICATE_LEGACY, manifest };
}

/** The statement in the form of the 1.0 specification: UTF-8 JSON, integer `shard_size`, plain algorithm names. */
export function writeModelStatement(name: string, root: string, manifest: Manifest): Uint8Array {
  const { settings, entries } = manifest;
  const statement = {
    _type: STATEMENT,
    subject: [{ name, digest: { sha256: root } }],
    predicateType: PREDICATE_STANDARD,
    predicate: {
      serialization: {
        method: settings.method,
        hash_type: settings.hash,
        allow_symlinks: settings.allowSymlinks,
        ...(settings.shardSize === undefined ? {} : { shard_size: settings.shardSize }),
        ...(settings.ignorePaths === undefined ? {} : { ignore_paths: settings.ignorePaths }),
      },
      resources: entries.map(({ path, digest, start, end }) => ({
        name: settings.method === 'shards' ? `${path}:${start}:${end}` : path,
        algorithm: settings.hash,
        digest,
      })),
    },
  };
  return new TextEncoder().encode(JSON.stringify(statement));
}
