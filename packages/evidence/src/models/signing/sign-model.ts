import { createHash, createPublicKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto';
import { lstat, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { FiliationError, readPem } from '@filiation/verify';
import { prepareOutput, writeWholeFile } from '../../io/write-file.ts';
import { parseSignatureBundle, writeSignatureBundle } from './bundle.ts';
import { DEFAULT_IGNORED, ignoreRule, pathWithin } from './compare-files.ts';
import { digestFile, listSignableFiles, type SignableFile } from './files.ts';
import { digestOfKey, keyFingerprint, keyHint } from './keys.ts';
import {
  checkManifest,
  compareUtf8,
  type ManifestEntry,
  type ManifestHash,
  type ManifestSettings,
  rootDigestInput,
} from './manifest.ts';
import { preAuthentication } from './pae.ts';
import { writeModelStatement } from './statement.ts';

/** Bytes of a shard where none is said: that of the reference implementation. */
const DEFAULT_SHARD = 1_000_000_000;

export interface SignModelInput {
  /** Folder, or one file. */
  readonly modelPath: string;
  /** Private, on P-256, P-384 or P-521: `readSigningKey` reads one. */
  readonly key: KeyObject;
  /** PEM, the signer's certificate first: signs by the certificate method instead of the key method. */
  readonly certificates?: string;
  readonly method?: 'files' | 'shards';
  readonly shardSize?: number;
  readonly hash?: ManifestHash;
  /** Follow symbolic links to files and sign what they lead to; else a link is refused. */
  readonly allowSymlinks?: boolean;
  /** Paths to leave out besides git's own, relative to the model. */
  readonly ignorePaths?: readonly string[];
  /** Where the signature goes: `model.sig` in the folder, `FILE.sig` beside a file. */
  readonly out?: string;
  /** Replace a signature that is there. */
  readonly overwrite?: boolean;
  readonly onProgress?: (path: string, done: number, total: number) => void;
}

export interface SignedModel {
  readonly path: string;
  readonly name: string;
  /** Hex SHA-256 over the raw digests in listed order. */
  readonly root: string;
  readonly files: number;
  readonly bytes: number;
  /** Hex SHA-256 of the SubjectPublicKeyInfo. */
  readonly fingerprint: string;
  readonly settings: ManifestSettings;
}

/**
 * Signs a model in the form of OpenSSF Model Signing 1.0 by the key or certificate method, checks the
 * result with the public key and writes it whole or not at all.
 *
 * @throws FiliationError MALFORMED, UNSUPPORTED (key), UNSAFE (a link), CONFLICT (already signed),
 *   NOT_FOUND, UNREADABLE, WRITE_FAILED
 */
export async function signModel(input: SignModelInput): Promise<SignedModel> {
  const { key } = input;
  digestOfKey(key, 'the private key');
  const certificates = readCertificates(input.certificates, key);
  const path = await placeOfSignature(input);
  const settings = settingsOf(input, path);
  const { entries, files, bytes } = await digestModel(input, settings, path);
  checkManifest({ settings, entries }, 'the new signature');
  const root = createHash('sha256').update(rootDigestInput(entries)).digest('hex');
  const name = basename(resolve(input.modelPath));
  const publicKey = createPublicKey(key);
  const text = signStatement(writeModelStatement(name, root, { settings, entries }), key, certificates);
  checkWritten(text, publicKey);
  await writeWholeFile(path, text);
  return { path, name, root, files, bytes, fingerprint: keyFingerprint(publicKey), settings };
}

function readCertificates(pem: string | undefined, key: KeyObject): Uint8Array[] | undefined {
  if (pem === undefined) return undefined;
  const chain = readPem(pem, 'CERTIFICATE', 'the certificates');
  let own: X509Certificate;
  try {
    own = new X509Certificate(chain[0]!);
  } catch (cause) {
    throw new FiliationError('MALFORMED', 'the first certificate cannot be read', { cause });
  }
  if (!own.checkPrivateKey(key))
    throw new FiliationError('USAGE', 'the first certificate is not that of the private key', {
      hint: "put the signer's own certificate first, then those on the way to the root",
    });
  return chain;
}

async function placeOfSignature(input: SignModelInput): Promise<string> {
  const folder = (await stat(input.modelPath).catch(() => undefined))?.isDirectory() === true;
  const path = input.out ?? (folder ? join(input.modelPath, 'model.sig') : `${input.modelPath}.sig`);
  if (resolve(path) === resolve(input.modelPath))
    throw new FiliationError('USAGE', `${path} is the model itself`, { where: path });
  const there = await lstat(path).catch(() => undefined);
  if (there !== undefined && input.overwrite !== true)
    throw new FiliationError('CONFLICT', `${path} is there already`, {
      where: path,
      hint: 'write elsewhere, or ask to overwrite it',
    });
  await prepareOutput(path);
  return path;
}

function settingsOf(input: SignModelInput, signature: string): ManifestSettings {
  const method = input.method ?? 'files';
  const own = pathWithin(input.modelPath, signature);
  const ignored = [...DEFAULT_IGNORED, ...(input.ignorePaths ?? []), ...(own === undefined ? [] : [own])];
  return {
    method,
    hash: input.hash ?? 'sha256',
    ...(method === 'shards' ? { shardSize: input.shardSize ?? DEFAULT_SHARD } : {}),
    allowSymlinks: input.allowSymlinks ?? false,
    ignorePaths: [...new Set(ignored)].sort(compareUtf8),
  };
}

async function digestModel(
  input: SignModelInput,
  settings: ManifestSettings,
  signature: string,
): Promise<{ entries: ManifestEntry[]; files: number; bytes: number }> {
  const ignored = ignoreRule(settings.ignorePaths ?? []);
  const own = pathWithin(input.modelPath, signature);
  const listed = await listSignableFiles(input.modelPath, (folder) => ignored(folder, true));
  const files = listed.filter((file) => file.path !== own && !ignored(file.path, false));
  for (const file of files) refuseOddFile(file, settings);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const entries: ManifestEntry[] = [];
  let bytes = 0;
  for (const file of files) {
    const found = await digestFile(file, settings, (read) => {
      bytes += read;
      input.onProgress?.(file.path, bytes, total);
    });
    for (const entry of found) entries.push(entry);
  }
  return { entries, files: files.length, bytes };
}

function refuseOddFile(file: SignableFile, settings: ManifestSettings): void {
  if (file.kind === 'link' && !settings.allowSymlinks)
    throw new FiliationError('UNSAFE', `${file.place} is a symbolic link`, {
      where: file.place,
      hint: 'replace it by the file itself, leave it out, or allow links to sign what they lead to',
    });
  if (file.kind === 'other')
    throw new FiliationError('UNSUPPORTED', `${file.place} is no regular file`, {
      where: file.place,
      hint: 'leave it out',
    });
}

function signStatement(
  payload: Uint8Array,
  key: KeyObject,
  certificates: readonly Uint8Array[] | undefined,
): string {
  const signature = sign(digestOfKey(key, 'the private key'), preAuthentication(payload), key);
  const material = certificates === undefined ? { hint: keyHint(createPublicKey(key)) } : { certificates };
  return writeSignatureBundle(material, payload, signature);
}

/** What is about to be written is read back and checked like anybody's. */
function checkWritten(text: string, publicKey: KeyObject): void {
  const bundle = parseSignatureBundle(new TextEncoder().encode(text), 'the new signature');
  const digest = digestOfKey(publicKey, 'the public key');
  if (!verify(digest, preAuthentication(bundle.payload), publicKey, bundle.signatures[0]!))
    throw new FiliationError('INTERNAL', 'the new signature does not verify');
}
