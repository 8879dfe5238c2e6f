import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  base64Of,
  bytesFromBase64,
  equalBytes,
  FiliationError,
  hexOf,
  type JsonValue,
  parseJson,
  readClaim,
  type Schema,
  schemaFaults,
  schemaParts,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { fileError } from '../io/file-error.ts';
import { writeWholeFile } from '../io/write-file.ts';
import type { CaseFolder } from './case-folder.ts';
import { openOutbox } from './outbox.ts';

/** Bytes of a packet: claims and their documents. */
const MAX_PACKET_BYTES = 512 * 2 ** 20;
/** Only documents travel in packets; exhibits are handed over as bundles or files. */
const DOCUMENT =
  /^(plans|findings|opinions|replies|disclosure)\/[0-9a-f]{64}\.json$|^disclosure\/[0-9a-f]{64}\.jsonl$|^reports\/[0-9a-f]{64}\.(html|pdf|json)$/;

const { list, object, text } = schemaParts;
const base64: Schema = { type: 'string', pattern: '^[A-Za-z0-9+/]*={0,2}$' };
const PACKET_SCHEMA: Schema = object({
  schema: { const: 'filiation.packet/1' },
  case: schemaParts.caseId,
  entries: list(text(100_000), 1, 10_000),
  documents: list(object({ path: text(300), content: base64 }), 0, 10_000),
});

interface Packet {
  readonly schema: 'filiation.packet/1';
  readonly case: string;
  readonly entries: readonly string[];
  readonly documents: readonly { readonly path: string; readonly content: string }[];
}

/**
 * Writes the claims of the outbox and their documents into one file for whoever keeps the log.
 * @throws FiliationError NOT_FOUND where nothing waits, WRITE_FAILED
 */
export async function writePacket(of: CaseFolder, out: string): Promise<number> {
  const { entries } = await openOutbox(of.folder);
  if (entries.length === 0)
    throw new FiliationError('NOT_FOUND', 'nothing waits in the outbox', {
      where: of.folder,
      hint: 'make a claim first, for example with: filiation case reply',
    });
  const documents = [];
  for (const [at, entry] of entries.entries())
    for (const { name } of readClaim(of.size + at, entry).subject.filter((each) => DOCUMENT.test(each.name)))
      documents.push({ path: name, content: base64Of(await readFile(join(of.folder, name))) });
  const packet: Packet = {
    schema: 'filiation.packet/1',
    case: of.settings.case,
    entries: entries.map(base64Of),
    documents: [...new Map(documents.map((each) => [each.path, each])).values()],
  };
  await writeWholeFile(out, `${JSON.stringify(packet)}\n`);
  return entries.length;
}

/**
 * Takes the claims of another party into the log: each is judged by the rules like every other, and its
 * documents must be the bytes that it names. Returns how many entries were logged.
 * @throws FiliationError MALFORMED, UNVERIFIED, CONFLICT where the log has moved on
 */
export async function receivePacket(of: CaseFolder, path: string): Promise<number> {
  const packet = await readPacket(path);
  if (packet.case !== of.settings.case)
    throw new FiliationError(
      'CONFLICT',
      `${path} belongs to case ${packet.case}, this is ${of.settings.case}`,
      { where: path },
    );
  const entries = packet.entries.map(bytesFromBase64);
  const named = new Set(
    entries.flatMap((entry, at) => readClaim(of.size + at, entry).subject.map((each) => each.name)),
  );
  const documents = packet.documents.map(({ path: name, content }) => {
    const bytes = bytesFromBase64(content);
    const sha256 = hexOf(nodePlatform.sha256(bytes));
    if (!DOCUMENT.test(name) || !named.has(name) || !name.includes(`/${sha256}.`))
      throw new FiliationError('UNVERIFIED', `${path} holds ${name}, which is not what its claims speak of`, {
        where: path,
      });
    return { name, bytes };
  });
  await refuseReceived(of, path, entries);
  // Documents first: an entry must never be logged whose document is missing.
  const fresh = documents.filter(({ name }) => !existsSync(join(of.folder, name)));
  for (const { name, bytes } of fresh) await writeWholeFile(join(of.folder, name), bytes);
  try {
    await of.addSigned(entries);
  } catch (error) {
    for (const { name } of fresh) await rm(join(of.folder, name), { force: true });
    throw movedOn(of, path, entries, error);
  }
  return entries.length;
}

/** A packet that is taken in twice would be refused for its numbers, which says little. */
async function refuseReceived(of: CaseFolder, path: string, entries: readonly Uint8Array[]): Promise<void> {
  let index = 0;
  for await (const entry of of.log.entries()) {
    if (entries.some((other) => equalBytes(other, entry)))
      throw new FiliationError(
        'CONFLICT',
        `${path} was received already: the log holds it as entry ${index}`,
        {
          where: path,
          hint: 'nothing is left to do; see it with: filiation case log',
        },
      );
    index++;
  }
}

/** Claims carry the next free number: another claim of the same kind, logged meanwhile, took it. */
function movedOn(of: CaseFolder, path: string, entries: readonly Uint8Array[], error: unknown): unknown {
  if (!(error instanceof FiliationError) || error.code !== 'CONFLICT') return error;
  const seen = Math.min(...entries.map((entry) => readClaim(of.size, entry).predicate.seen.size));
  if (seen >= of.size) return error;
  return new FiliationError(
    'CONFLICT',
    `${path} was signed on ${seen} entries, the log has ${of.size} now, and ${error.message}`,
    {
      where: path,
      hint: 'seal the case and hand over the bundle; the other side opens it, makes its claims again and sends them',
      cause: error,
    },
  );
}

async function readPacket(path: string): Promise<Packet> {
  let value: JsonValue;
  try {
    value = parseJson(await readFile(path), { limit: MAX_PACKET_BYTES, where: path });
  } catch (cause) {
    throw fileError(path, cause);
  }
  const [fault] = schemaFaults(PACKET_SCHEMA, value);
  if (fault !== undefined)
    throw new FiliationError('MALFORMED', `${path} at ${fault.pointer} ${fault.message}`, {
      where: path,
      hint: 'ask for the packet again: filiation case send',
    });
  return value as unknown as Packet;
}
