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

const DOCUMENT_PATH = /^(plans|findings|opinions|replies|reports|disclosure)\/[0-9a-f]{64}\.[a-z]+$/;

export function isDocumentPath(path: string): boolean {
  return DOCUMENT_PATH.test(path);
}

/** A document that a claim is to name: its subject is known before it is written. */
export interface PreparedDocument {
  readonly subject: ResourceDescriptor;
  /** @throws FiliationError WRITE_FAILED */
  store(): Promise<void>;
}

/** A JSON document in its one canonical form. @throws FiliationError LIMIT_EXCEEDED */
export function prepareDocument(
  caseFolder: string,
  folder: DocumentFolder,
  value: JsonValue,
): PreparedDocument {
  return prepareBytes(caseFolder, folder, canonicalBytes(value), 'json');
}

/** @throws FiliationError LIMIT_EXCEEDED */
export function prepareBytes(
  caseFolder: string,
  folder: DocumentFolder,
  bytes: Uint8Array,
  extension: string,
): PreparedDocument {
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
  return {
    subject: { name, digest: { sha256 } },
    store: () => writeWholeFile(join(caseFolder, name), bytes),
  };
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
