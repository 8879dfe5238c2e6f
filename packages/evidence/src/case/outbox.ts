import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  base64Of,
  bytesFromBase64,
  FiliationError,
  type JsonValue,
  parseJson,
  type Schema,
  schemaFaults,
  schemaParts,
} from '@filiation/verify';
import { fileError } from '../io/file-error.ts';
import { writeWholeFile } from '../io/write-file.ts';

/** Bytes of an outbox. */
const MAX_OUTBOX_BYTES = 64 * 2 ** 20;
const { list, object, text } = schemaParts;
const OUTBOX_SCHEMA: Schema = object({
  schema: { const: 'filiation.outbox/1' },
  entries: list(text(100_000), 0, 10_000),
});

/**
 * Claims signed by a party that does not keep the log, waiting to be handed to the one that does. They
 * extend the case here as if they were logged; nobody is bound before the log holds them.
 */
export interface Outbox {
  readonly entries: readonly Uint8Array[];
  add(entries: readonly Uint8Array[]): Promise<void>;
}

export async function openOutbox(folder: string): Promise<Outbox> {
  const path = join(folder, 'outbox.json');
  const entries = await readOutbox(path);
  return {
    entries,
    async add(more) {
      entries.push(...more);
      await writeOutbox(path, entries);
    },
  };
}

export async function clearOutbox(folder: string): Promise<void> {
  await writeOutbox(join(folder, 'outbox.json'), []);
}

function writeOutbox(path: string, entries: readonly Uint8Array[]): Promise<void> {
  const value = { schema: 'filiation.outbox/1', entries: entries.map(base64Of) };
  return writeWholeFile(path, `${JSON.stringify(value)}\n`);
}

async function readOutbox(path: string): Promise<Uint8Array[]> {
  let value: JsonValue;
  try {
    value = parseJson(await readFile(path), { limit: MAX_OUTBOX_BYTES, where: path });
  } catch (cause) {
    const error = fileError(path, cause);
    if (error.code === 'NOT_FOUND') return [];
    throw error;
  }
  const [fault] = schemaFaults(OUTBOX_SCHEMA, value);
  if (fault !== undefined)
    throw new FiliationError('MALFORMED', `${path} at ${fault.pointer} ${fault.message}`, {
      where: path,
      hint: 'move the file away; what it held must be signed again',
    });
  return (value as unknown as { readonly entries: readonly string[] }).entries.map(bytesFromBase64);
}
