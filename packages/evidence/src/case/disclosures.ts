import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type CommitmentRecord,
  FiliationError,
  type JsonObject,
  type JsonValue,
  type OpeningDocument,
  type ResourceDescriptor,
  type SketchDocument,
} from '@filiation/verify';
import { makeFolder, systemReason } from '../io/write-file.ts';
import { exhibitOf } from './acts.ts';
import { type Actor, type CaseFolder, type Draft, draft } from './case-folder.ts';
import { prepareDocument, readDocument } from './documents.ts';

/** The entry that makes a commitment public: its record is a document of the case. */
export function commitmentDraft(
  of: CaseFolder,
  exhibit: string,
  record: CommitmentRecord,
): { readonly draft: Draft; readonly store: () => Promise<void> } {
  const { subject, store } = prepareDocument(of.folder, 'disclosure', { ...record });
  const { root: commitment, count } = record;
  const claim = { exhibit, action: 'commit', commitment, parts: count, of: count } as const;
  return { draft: draft('disclosure', [subject], claim), store };
}

/** Logs a commitment to the parts of an exhibit. @throws FiliationError NOT_FOUND, CONFLICT */
export async function logCommitment(
  of: CaseFolder,
  actor: Actor,
  exhibit: string,
  record: CommitmentRecord,
): Promise<void> {
  exhibitOf(of, exhibit);
  const { draft: commitment, store } = commitmentDraft(of, exhibit, record);
  await of.add(actor, [commitment], store);
}

export interface LoggedCommitment {
  readonly record: CommitmentRecord;
  /** Names its record. */
  readonly subject: ResourceDescriptor;
}

/**
 * The commitment to an exhibit that the log holds: the one with this root, or the only one.
 * @throws FiliationError NOT_FOUND, USAGE where there are several
 */
export async function commitmentOf(
  of: CaseFolder,
  exhibit: string,
  root?: string,
): Promise<LoggedCommitment> {
  const commits = exhibitOf(of, exhibit).disclosures.filter(
    ({ claim }) => claim.action === 'commit' && (root === undefined || claim.commitment.startsWith(root)),
  );
  const [first] = commits;
  if (first === undefined)
    throw new FiliationError('NOT_FOUND', `no commitment to the parts of ${exhibit} is logged`, {
      hint: `make one: filiation case disclose commit FOLDER ${exhibit}`,
    });
  if (commits.some(({ claim }) => claim.commitment !== first.claim.commitment))
    throw new FiliationError('USAGE', `${exhibit} has several commitments`, {
      hint: `say which with --commitment: ${commits.map(({ claim }) => claim.commitment.slice(0, 16)).join(', ')}`,
    });
  const record = await readDocument(of.folder, 'disclosure', first.sha256);
  const subject = { name: `disclosure/${first.sha256}.json`, digest: { sha256: first.sha256 } };
  return { record: record as unknown as CommitmentRecord, subject };
}

/** Logs parts that are opened, all others withheld with a ground. Returns the name of the document.
 *  @throws FiliationError CONFLICT */
export async function logOpening(
  of: CaseFolder,
  actor: Actor,
  exhibit: string,
  document: OpeningDocument,
  to?: string,
): Promise<string> {
  const { subject, store } = prepareDocument(of.folder, 'disclosure', document as unknown as JsonObject);
  await of.add(
    actor,
    [
      draft('disclosure', [subject], {
        exhibit,
        action: 'open',
        commitment: document.commitment.root,
        parts: document.opened.length,
        of: document.commitment.count,
        ...(to === undefined ? {} : { to }),
      }),
    ],
    store,
  );
  return subject.name;
}

/**
 * Writes a redacted log into the case, line by line and whole or not at all, and logs it.
 * @param shown rows that it shows
 * @throws FiliationError CONFLICT, WRITE_FAILED, and what making the lines throws
 */
export async function logRedaction(
  of: CaseFolder,
  actor: Actor,
  exhibit: string,
  redaction: {
    readonly record: CommitmentRecord;
    readonly shown: number;
    readonly lines: AsyncIterable<string>;
    readonly to?: string;
  },
): Promise<string> {
  const { record, shown, lines, to } = redaction;
  const subject = await writeLines(of.folder, lines);
  await of.add(actor, [
    draft('disclosure', [subject], {
      exhibit,
      action: 'open',
      commitment: record.root,
      parts: shown,
      of: record.count,
      ...(to === undefined ? {} : { to }),
    }),
  ]);
  return subject.name;
}

async function writeLines(folder: string, lines: AsyncIterable<string>): Promise<ResourceDescriptor> {
  const digest = createHash('sha256');
  const temporary = join(folder, 'disclosure', '.redaction.tmp');
  async function* pieces(): AsyncIterable<Buffer> {
    for await (const line of lines) {
      const bytes = Buffer.from(line);
      digest.update(bytes);
      yield bytes;
    }
  }
  try {
    await makeFolder(join(folder, 'disclosure'));
    await pipeline(Readable.from(pieces()), createWriteStream(temporary, { flush: true }));
    const sha256 = digest.digest('hex');
    const name = `disclosure/${sha256}.jsonl`;
    await rename(temporary, join(folder, name));
    return { name, digest: { sha256 } };
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (cause instanceof FiliationError) throw cause;
    throw new FiliationError('WRITE_FAILED', `cannot write the redacted log: ${systemReason(cause)}`, {
      where: temporary,
      hint: 'free space and check permissions',
      cause,
    });
  }
}

/** Logs that the parts of an exhibit are withheld, and why. @throws FiliationError CONFLICT */
export async function logWithheld(
  of: CaseFolder,
  actor: Actor,
  exhibit: string,
  { record, subject }: LoggedCommitment,
  ground: string,
): Promise<void> {
  const { root: commitment, count } = record;
  await of.add(actor, [
    draft('disclosure', [subject], {
      exhibit,
      action: 'withhold',
      commitment,
      parts: count,
      of: count,
      ground,
    }),
  ]);
}

/** Every sketch of an exhibit that the log holds, in order: what its budget has to count. */
export async function sketchesOf(of: CaseFolder, exhibit: string): Promise<readonly SketchDocument[]> {
  const sketches: SketchDocument[] = [];
  for (const { claim, sha256 } of exhibitOf(of, exhibit).disclosures)
    if (claim.action === 'sketch')
      sketches.push((await readDocument(of.folder, 'disclosure', sha256)) as unknown as SketchDocument);
  return sketches;
}

/**
 * Logs a sketch with what it gives away. Returns the name of its document in the case.
 * @param seed number of the joint seed that it was drawn with
 * @throws FiliationError CONFLICT beyond the cap, before the seed is settled, or where the seed was known
 *   before the model was committed to
 */
export async function logSketch(
  of: CaseFolder,
  actor: Actor,
  exhibit: string,
  sketch: {
    readonly commitment: CommitmentRecord;
    readonly seed: string;
    readonly document: SketchDocument;
  },
): Promise<string> {
  const { commitment, seed, document } = sketch;
  const { subject, store } = prepareDocument(of.folder, 'disclosure', document as unknown as JsonValue);
  const { released, total, cap } = document.leak;
  await of.add(
    actor,
    [
      draft('disclosure', [subject], {
        exhibit,
        action: 'sketch',
        commitment: commitment.root,
        parts: document.tensors.length,
        of: document.tensors.length + document.skipped.length,
        leak: { seed, released, total, cap },
      }),
    ],
    store,
  );
  return subject.name;
}
