import { dirname, resolve } from 'node:path';
import {
  concatBytes,
  FiliationError,
  formatNoteSignature,
  type NoteKey,
  noteBytes,
  noteKey,
  noteMessage,
  noteSignature,
  utf8Bytes,
  utf8Text,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { Signer } from '../keys/signer.ts';
import { diskFiles, type LogFiles } from './log-files.ts';
import { noteKeyOf, noteKeys } from './signed-checkpoint.ts';
import { judgeRequest, type WitnessVerdict } from './witness-judge.ts';
import { parseWitnessRequest, type WitnessRequest } from './witness-request.ts';
import { readSeen, type SeenCheckpoint, writeSeen } from './witness-state.ts';
import { asWriteFailure } from './write-failure.ts';
import { lockForWriting, type ProcessTable, type WriterLock } from './writer-lock.ts';

export interface WitnessOptions {
  /** Keeps the latest checkpoint cosigned for each log; its folder is this witness's alone. */
  readonly stateFile: string;
  /** An Ed25519 key used for cosigning only; see `witnessKey`. */
  readonly signer: Signer;
  /** Verifier keys of the logs that are witnessed. */
  readonly logKeys: readonly string[];
  readonly now?: () => Date;
  readonly files?: LogFiles;
  readonly processes?: ProcessTable;
}

/** An answer as `add-checkpoint` gives it. */
export interface WitnessAnswer {
  readonly status: 200 | WitnessVerdict['status'];
  /** 200: the cosignature line. 409: the size held. Otherwise the reason. With a newline at its end. */
  readonly body: string;
}

/** The cosignature verifier key (type 0x04) of a signer: what others put into their policy. */
export function witnessKey(signer: Pick<Signer, 'name' | 'vkey'>): NoteKey {
  return noteKey(nodePlatform, signer.name, 'cosignature', noteKeyOf(signer.vkey).publicKey);
}

/**
 * Starts to witness: takes the state file for this process.
 * @throws FiliationError CONFLICT where another process witnesses with it, MALFORMED, WRITE_FAILED
 */
export async function openWitness(options: WitnessOptions): Promise<Witness> {
  const { files = diskFiles } = options;
  const folder = dirname(resolve(options.stateFile));
  const lock = await asWriteFailure(folder, async () => {
    await files.makeFolder(folder);
    return lockForWriting(folder, files, options.processes);
  });
  try {
    const seen = await readSeen(resolve(options.stateFile), files);
    return new Witness(options, lock, new Map(seen));
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A witness at work. Requests are judged one after the other, so that none can undercut another. */
export class Witness {
  readonly key: NoteKey;
  readonly #options: WitnessOptions;
  readonly #logKeys: readonly NoteKey[];
  readonly #lock: WriterLock;
  #seen: Map<string, SeenCheckpoint>;
  #work: Promise<unknown> = Promise.resolve();

  /** Use `openWitness`. */
  constructor(options: WitnessOptions, lock: WriterLock, seen: Map<string, SeenCheckpoint>) {
    this.key = witnessKey(options.signer);
    this.#options = options;
    this.#logKeys = noteKeys(options.logKeys);
    this.#lock = lock;
    this.#seen = seen;
  }

  /**
   * Answers one request (C2SP tlog-witness `add-checkpoint`). A cosignature is handed out only after the
   * checkpoint it covers is in the state file, on the disk.
   * @throws FiliationError WRITE_FAILED, and what the signer throws; the state is then as it was
   */
  answer(request: Uint8Array): Promise<WitnessAnswer> {
    const done = this.#work.then(() => this.#answer(request));
    this.#work = done.catch(() => undefined);
    return done;
  }

  /**
   * Answers a request that came as a file: the checkpoint with the log's signatures and this witness's.
   * @throws FiliationError MALFORMED; NOT_FOUND for an unknown log; DENIED where the log did not sign;
   *         CONFLICT where the request starts from another size than the one held; UNVERIFIED where the
   *         log does not continue what was cosigned; WRITE_FAILED
   */
  async cosign(request: Uint8Array): Promise<Uint8Array> {
    const { note } = parseWitnessRequest(request);
    const { status, body } = await this.answer(request);
    if (status === 200) return concatBytes(noteBytes(note), utf8Bytes(body));
    if (status === 409)
      throw new FiliationError('CONFLICT', `this witness holds ${body.trim()} entries of that log`, {
        hint: `make the request again, from size ${body.trim()}`,
      });
    const code = { 400: 'MALFORMED', 403: 'DENIED', 404: 'NOT_FOUND', 422: 'UNVERIFIED' } as const;
    throw new FiliationError(code[status], body.trim(), {
      ...(status === 422 && {
        hint: 'keep both checkpoints: the log has signed two histories, or its files were damaged',
      }),
    });
  }

  /** The latest checkpoint cosigned for a log, as a note with this witness's line; for monitors. */
  latest(origin: string): SeenCheckpoint | undefined {
    return this.#seen.get(origin);
  }

  /** Logs of which a checkpoint was cosigned. */
  get origins(): readonly string[] {
    return [...this.#seen.keys()];
  }

  async close(): Promise<void> {
    await this.#work;
    await this.#lock.release().catch(() => undefined);
  }

  async #answer(bytes: Uint8Array): Promise<WitnessAnswer> {
    let request: WitnessRequest;
    try {
      request = parseWitnessRequest(bytes);
    } catch (error) {
      if (!(error instanceof FiliationError)) throw error;
      return { status: 400, body: `${error.message}\n` };
    }
    const held = this.#seen.get(request.checkpoint.origin);
    const verdict = await judgeRequest(nodePlatform, request, held, this.#logKeys);
    if (verdict.status === 409) return { status: 409, body: `${verdict.heldSize}\n` };
    if (verdict.status !== 200) return { status: verdict.status, body: `${verdict.reason}\n` };
    const line = await this.#cosignature(request);
    return { status: 200, body: `${line}\n` };
  }

  async #cosignature({ note, checkpoint }: WitnessRequest): Promise<string> {
    const { stateFile, signer, now = () => new Date(), files = diskFiles } = this.#options;
    const time = now();
    const seconds = Math.floor(time.getTime() / 1000);
    const signature = await signer.sign(noteMessage('cosignature', note.text, seconds));
    const line = noteSignature(this.key, signature, seconds);
    const { origin, size, root } = checkpoint;
    const signed = noteBytes({ text: note.text, signatures: [...note.signatures, line] });
    const seen = new Map(this.#seen);
    seen.set(origin, { origin, size, root, note: utf8Text(signed), at: time.toISOString() });
    await writeSeen(resolve(stateFile), seen, files);
    this.#seen = seen;
    return formatNoteSignature(line);
  }
}
