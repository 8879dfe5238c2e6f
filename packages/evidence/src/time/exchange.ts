import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { FiliationError, type Imprint, type VerifiedTime, verifyTimestamp } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { fileError } from '../io/file-error.ts';
import { writeWholeFile } from '../io/write-file.ts';
import type { TimeAuthority } from './authority.ts';
import type { ObtainedTime } from './client.ts';
import { parseTimestampRequest, type RequestOptions, timestampRequest } from './request.ts';

/** Bytes of a request or reply file. */
const MAX_FILE_BYTES = 256 * 1024;

/**
 * Writes a request (`.tsq`) for an authority that this machine does not reach. It carries a nonce, so the
 * same file is needed again when the reply is taken in.
 *
 * @throws FiliationError WRITE_FAILED
 */
export async function writeTimestampRequest(
  path: string,
  imprint: Imprint,
  options: Partial<RequestOptions> = {},
): Promise<void> {
  const nonce = options.nonce ?? randomBytes(16).toString('hex');
  await writeWholeFile(path, timestampRequest(imprint, { ...options, nonce }));
}

export interface ReplyFile {
  /** The reply (`.tsr`) or bare token. */
  readonly path: string;
  readonly authority: Pick<TimeAuthority, 'roots' | 'extraCertificates'>;
  readonly imprint: Imprint;
  /** The request that it answers; absent for a token that was asked for without one of ours. */
  readonly requestPath?: string;
}

/**
 * Takes in a reply that came back as a file: verified in full against our digest and, where the request is
 * given, its nonce.
 *
 * @throws FiliationError NOT_FOUND, UNREADABLE, CONFLICT where the request is for another digest, and the
 *   codes of verifyTimestamp
 */
export async function readTimestampReply(file: ReplyFile): Promise<ObtainedTime> {
  const { path, authority, imprint, requestPath } = file;
  const nonce = requestPath === undefined ? undefined : await nonceOf(requestPath, imprint);
  const reply = await readSmallFile(path);
  const time: VerifiedTime = await verifyTimestamp(nodePlatform, {
    bytes: reply,
    stamped: { imprint },
    roots: authority.roots,
    extraCertificates: authority.extraCertificates ?? [],
    name: path,
    ...(nonce === undefined ? {} : { nonce }),
  });
  return { reply, time };
}

async function nonceOf(path: string, imprint: Imprint): Promise<string | undefined> {
  const request = parseTimestampRequest(await readSmallFile(path), path);
  const same =
    request.imprint.hash === imprint.hash && Buffer.compare(request.imprint.digest, imprint.digest) === 0;
  if (!same)
    throw new FiliationError(
      'CONFLICT',
      `${path}: this request is for other bytes than the reply is checked against`,
      {
        where: path,
        hint: 'give the request that was written for this log size',
      },
    );
  return request.nonce;
}

async function readSmallFile(path: string): Promise<Uint8Array> {
  const file = await open(path).catch((cause) => {
    throw fileError(path, cause);
  });
  try {
    const bytes = new Uint8Array(MAX_FILE_BYTES + 1);
    let size = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, size, bytes.length - size);
      if (bytesRead === 0) return bytes.slice(0, size);
      size += bytesRead;
      if (size === bytes.length)
        throw new FiliationError('LIMIT_EXCEEDED', `${path}: more than ${MAX_FILE_BYTES} bytes`, {
          where: path,
        });
    }
  } catch (cause) {
    throw cause instanceof FiliationError ? cause : fileError(path, cause);
  } finally {
    await file.close();
  }
}
