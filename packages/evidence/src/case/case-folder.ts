import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type CaseState,
  type Check,
  type Claim,
  type ClaimName,
  FiliationError,
  Keyring,
  type Replay,
  type ResourceDescriptor,
  startReplay,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { Signer } from '../keys/signer.ts';
import { type Log, openLog, readLog } from '../log/log.ts';
import type { LogReader } from '../log/log-reader.ts';
import { documentFaults } from './document-faults.ts';
import { isDocumentPath } from './documents.ts';
import { refuseForeignClaims } from './foreign-claims.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import { type CaseSettings, readSettings } from './settings.ts';
import { type ClaimBody, signClaim } from './signing.ts';

/** A party that acts: its id in the case and the key it signs with. */
export interface Actor {
  readonly party: string;
  readonly signer: Signer;
}

export interface OpenCaseOptions {
  readonly now: () => Date;
  /** Key of the log. Without it, claims gather in an outbox for whoever keeps the log. */
  readonly logSigner?: Signer;
}

/** A claim to be logged: what it says and what it is about. */
export interface Draft<N extends ClaimName = ClaimName> {
  readonly name: N;
  readonly subject: readonly ResourceDescriptor[];
  readonly body: ClaimBody<N>;
}

/**
 * One case, opened: its state as the log tells it, and the one way to add to it. A claim that the rules of
 * the verifier refuse is refused here before it is written, so that no log made here fails its own check.
 */
export interface CaseFolder {
  readonly folder: string;
  readonly settings: CaseSettings;
  readonly state: CaseState;
  /** Entries of the log; claims in the outbox not counted. */
  readonly size: number;
  readonly log: LogReader;
  /** The log opened for writing, where its key is at hand. */
  readonly writer: Log | undefined;
  readonly keepsLog: boolean;
  /** Paths of the documents that claims name, those in the outbox too. */
  readonly documents: ReadonlySet<string>;
  /**
   * Signs, judges and appends claims in one step. `store` writes what they name: after they are judged, so
   * that a refused claim leaves nothing behind; before they are logged, so that no entry lacks its document.
   * @throws FiliationError CONFLICT, DENIED, WRITE_FAILED
   */
  add(actor: Actor, drafts: readonly Draft[], store?: () => Promise<void>): Promise<readonly Claim[]>;
  /** Appends entries that another party signed, once their documents stand up too; nothing can be taken out
   *  of a log again. @throws FiliationError CONFLICT */
  addSigned(entries: readonly Uint8Array[]): Promise<readonly Claim[]>;
  close(): Promise<void>;
}

export function draft<N extends ClaimName>(
  name: N,
  subject: readonly ResourceDescriptor[],
  body: ClaimBody<N>,
): Draft<N> {
  return { name, subject, body };
}

/**
 * Opens a case folder and replays its log.
 * @throws FiliationError NOT_FOUND, UNVERIFIED where the log does not stand up to its own rules
 */
export async function openCase(path: string, options: OpenCaseOptions): Promise<CaseFolder> {
  const folder = resolve(path);
  const settings = await readSettings(folder);
  const logFolder = join(folder, 'log');
  const { logSigner } = options;
  if (logSigner !== undefined && logSigner.vkey !== settings.key)
    throw new FiliationError('DENIED', `the key given is not the key of the log of ${folder}`, {
      where: folder,
      hint: 'give the key file that was made with the case',
    });
  const log = logSigner === undefined ? undefined : await openLog(logFolder, { signer: logSigner });
  try {
    const reader = log ?? (await readLog(logFolder, { vkeys: [settings.key] }));
    const outbox = log === undefined ? await openOutbox(folder) : undefined;
    return await replayed({ folder, settings, log, reader, outbox, now: options.now });
  } catch (error) {
    await log?.close();
    throw error;
  }
}

/** Faults that the documents of the case had before. */
type KnownFaults = Awaited<ReturnType<typeof documentFaults>>;

interface Opened {
  readonly folder: string;
  readonly settings: CaseSettings;
  readonly log: Log | undefined;
  readonly reader: LogReader;
  readonly outbox: Outbox | undefined;
  readonly now: () => Date;
}

async function replayed(opened: Opened): Promise<CaseFolder> {
  const { folder, settings, log, reader, outbox } = opened;
  const faults: Check[] = [];
  const replay = startReplay({
    platform: nodePlatform,
    keyring: new Keyring(nodePlatform),
    report: (check) => void (check.status === 'failed' && faults.push(check)),
    rootAt: async (size) => (size <= reader.size ? reader.rootAt(size) : undefined),
  });
  let index = 0;
  const documents = new Set<string>();
  const keep = (claim: Claim | undefined): void => {
    for (const { name } of claim?.subject ?? []) if (isDocumentPath(name)) documents.add(name);
  };
  for await (const entry of reader.entries()) keep(await replay.apply(index++, entry));
  for (const entry of outbox?.entries ?? []) keep(await replay.apply(index++, entry));
  refuseFaults(faults, folder);
  const take = async (
    entries: readonly Uint8Array[],
    store: (claims: readonly Claim[]) => Promise<void>,
  ): Promise<readonly Claim[]> => {
    const claims = await trial(opened, replay, faults, index, entries, store);
    for (const claim of claims) keep(claim);
    index += entries.length;
    return claims;
  };
  return {
    folder,
    settings,
    state: replay.state,
    documents,
    get size() {
      return reader.size;
    },
    log: reader,
    writer: log,
    keepsLog: log !== undefined,
    async add(actor, drafts, store = () => Promise.resolve()) {
      const entries: Uint8Array[] = [];
      for (const { name, subject, body } of drafts) {
        const frame = {
          case: settings.case,
          actor: actor.party,
          at: opened.now(),
          size: reader.size,
          root: reader.root,
        };
        entries.push(await signClaim(actor.signer, frame, name, subject, body));
      }
      return take(entries, store);
    },
    async addSigned(entries) {
      const known = await documentFaults(folder, replay.state);
      return take(entries, (claims) => {
        refuseForeignClaims(folder, claims, opened.now());
        return refuseNewFaults(folder, replay, known);
      });
    },
    async close() {
      await log?.close();
    },
  };
}

/**
 * Judges entries by replaying them, then appends them. A refused entry leaves the replayed state ahead of
 * the log, so the case must be opened again; nothing has been written.
 */
async function trial(
  { folder, log, outbox }: Opened,
  replay: Replay,
  faults: Check[],
  from: number,
  entries: readonly Uint8Array[],
  store: (claims: readonly Claim[]) => Promise<void>,
): Promise<readonly Claim[]> {
  refuseFaults(faults, folder);
  const claims: Claim[] = [];
  for (const [at, entry] of entries.entries()) {
    const claim = await replay.apply(from + at, entry);
    const [fault] = faults;
    if (fault !== undefined)
      throw new FiliationError('CONFLICT', `${fault.part} is refused: it ${fault.detail}`, {
        where: folder,
        hint: 'nothing was written; look at the case with: filiation case status',
      });
    claims.push(claim!);
  }
  await store(claims);
  if (log !== undefined) await log.append(entries);
  else await outbox!.add(entries);
  return claims;
}

/** Another party's documents are not written here, so that they are judged before their entries are logged. */
async function refuseNewFaults(folder: string, { state }: Replay, known: KnownFaults): Promise<void> {
  for (const [text, { part, detail }] of await documentFaults(folder, state))
    if (!known.has(text))
      throw new FiliationError('CONFLICT', `${part} is refused: it ${detail}`, {
        where: folder,
        hint: 'nothing was logged; ask the party that made it to make it again',
      });
}

function refuseFaults(faults: readonly Check[], folder: string): void {
  const [first] = faults;
  if (first === undefined) return;
  throw new FiliationError(
    'UNVERIFIED',
    `the log of ${folder} does not stand up: ${first.part} ${first.detail}`,
    {
      where: folder,
      hint: 'see everything that differs with: filiation case fsck',
    },
  );
}

/** Whether a folder holds a case. */
export async function isCaseFolder(path: string): Promise<boolean> {
  return (await stat(join(path, 'case.json')).catch(() => undefined))?.isFile() === true;
}
