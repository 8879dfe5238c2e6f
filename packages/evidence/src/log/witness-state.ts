import { basename, dirname } from 'node:path';
import { FiliationError, parseCheckpoint, parseJson, parseNote, utf8Bytes } from '@filiation/verify';
import { commitFile } from './commit.ts';
import { diskFiles, type LogFiles } from './log-files.ts';
import { asWriteFailure } from './write-failure.ts';

/** Bytes of a state file: a few thousand logs with their notes. */
const MAX_STATE_BYTES = 64 * 2 ** 20;
const SCHEMA = 'filiation.seen-checkpoints/1';

/** A checkpoint that somebody keeps, to hold the log to it later. */
export interface SeenCheckpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** The whole note, with the signatures it had. */
  readonly note: string;
  /** RFC 3339, by the keeper's clock. */
  readonly at: string;
}

/** The latest checkpoint of each log, by origin. */
export type SeenCheckpoints = ReadonlyMap<string, SeenCheckpoint>;

/**
 * Reads a file of seen checkpoints; a missing one is empty.
 * @throws FiliationError MALFORMED, UNREADABLE, LIMIT_EXCEEDED: nothing is guessed from a damaged file
 */
export async function readSeen(path: string, files: LogFiles = diskFiles): Promise<SeenCheckpoints> {
  const bytes = await files.read(path, MAX_STATE_BYTES);
  const seen = new Map<string, SeenCheckpoint>();
  if (bytes === undefined) return seen;
  const json = parseJson(bytes, { limit: MAX_STATE_BYTES, where: path }) as {
    schema?: unknown;
    logs?: unknown;
  } | null;
  if (json === null || json.schema !== SCHEMA || !Array.isArray(json.logs)) throw damaged(path);
  for (const each of json.logs as unknown[]) {
    const { note, at } = (each ?? {}) as { note?: unknown; at?: unknown };
    if (typeof note !== 'string' || typeof at !== 'string') throw damaged(path);
    const { origin, size, root } = parseCheckpoint(parseNote(utf8Bytes(note), path).text, path);
    if (seen.has(origin)) throw damaged(path);
    seen.set(origin, { origin, size, root, note, at });
  }
  return seen;
}

/** Replaces the file in one step; it is on the disk when this returns. @throws FiliationError WRITE_FAILED */
export async function writeSeen(
  path: string,
  seen: SeenCheckpoints,
  files: LogFiles = diskFiles,
): Promise<void> {
  const logs = [...seen.values()].map(({ note, at }) => ({ note, at }));
  const bytes = utf8Bytes(`${JSON.stringify({ schema: SCHEMA, logs }, null, 1)}\n`);
  await asWriteFailure(path, async () => {
    await files.makeFolder(dirname(path));
    await commitFile(files, dirname(path), basename(path), bytes);
  });
}

function damaged(path: string): FiliationError {
  return new FiliationError('MALFORMED', `${path} is not a file of seen checkpoints, or is damaged`, {
    where: path,
    hint: 'bring it back from a copy; an empty one would forget what was seen',
  });
}
