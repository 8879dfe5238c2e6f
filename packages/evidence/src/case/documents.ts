import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalBytes,
  FiliationError,
  type JsonObject,
  type JsonValue,
  MAX_DOCUMENT_BYTES,
  parseJson,
  type ResourceDescriptor,
} from '@filiation/verify';
import { fileError } from '../io/file-error.ts';
import { writeWholeFile } from '../io/write-file.ts';

/** Folders of documents, each file named by the SHA-256 of its bytes. */
export type DocumentFolder = 'plans' | 'findings' | 'opinions' | 'replies' | 'reports' | 'disclosure';

/** Writes a JSON document in its one canonical form and gives the subject that names it in a claim. */
export async function writeDocument(
  caseFolder: string,
  folder: DocumentFolder,
  value: JsonValue,
): Promise<ResourceDescriptor> {
  return writeBytes(caseFolder, folder, canonicalBytes(value), 'json');
}

export async function writeBytes(
  caseFolder: string,
  folder: DocumentFolder,
  bytes: Uint8Array,
  extension: string,
): Promise<ResourceDescriptor> {
  if (bytes.length > MAX_DOCUMENT_BYTES)
    throw new FiliationError(
      'LIMIT_EXCEEDED',
      `a document of ${bytes.length} bytes is larger than ${MAX_DOCUMENT_BYTES}`,
      {
        hint: 'split it, or register it as an exhibit',
      },
    );
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const name = `${folder}/${sha256}.${extension}`;
  await writeWholeFile(join(caseFolder, name), bytes);
  return { name, digest: { sha256 } };
}

/** @throws FiliationError NOT_FOUND, MALFORMED, UNVERIFIED where the bytes are not the logged ones */
export async function readDocument(
  caseFolder: string,
  folder: DocumentFolder,
  sha256: string,
): Promise<JsonObject> {
  const path = join(caseFolder, folder, `${sha256}.json`);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new FiliationError('UNVERIFIED', `${path} does not hold the bytes that were logged`, {
      where: path,
      hint: 'restore it from a copy of the case; filiation case fsck names everything that differs',
    });
  return parseJson(bytes, { limit: MAX_DOCUMENT_BYTES, where: path }) as JsonObject;
}
