import {
  base64Of,
  bytesFromBase64,
  type Checkpoint,
  concatBytes,
  DIGEST_BYTES,
  FiliationError,
  MAX_NOTE_BYTES,
  parseCheckpoint,
  parseNote,
  parseTreeSize,
  type SignedNote,
  utf8Bytes,
  utf8Text,
} from '@filiation/verify';

/** Lines of a consistency proof (C2SP tlog-witness). */
const MAX_PROOF = 63;
/** Bytes of a request: the size, 63 lines of base64 and a checkpoint. */
export const MAX_REQUEST_BYTES: number = MAX_NOTE_BYTES + 32 + MAX_PROOF * 45;

/** What a log asks of a witness: to cosign a checkpoint that continues the one it cosigned before. */
export interface WitnessRequest {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  readonly note: SignedNote;
  readonly checkpoint: Checkpoint;
}

/** Bytes of a request, as they are sent to `add-checkpoint` or handed over as a file. */
export function formatWitnessRequest(
  oldSize: number,
  proof: readonly Uint8Array[],
  checkpoint: Uint8Array,
): Uint8Array {
  const lines = [`old ${oldSize}\n`, ...proof.map((hash) => `${base64Of(hash)}\n`), '\n'];
  return concatBytes(utf8Bytes(lines.join('')), checkpoint);
}

/** @throws FiliationError MALFORMED, LIMIT_EXCEEDED */
export function parseWitnessRequest(bytes: Uint8Array): WitnessRequest {
  if (bytes.length > MAX_REQUEST_BYTES)
    throw new FiliationError('LIMIT_EXCEEDED', `a witness request is above ${MAX_REQUEST_BYTES} bytes`);
  const text = utf8Text(bytes, 'the witness request');
  const split = text.indexOf('\n\n');
  const [old, ...lines] = text.slice(0, Math.max(0, split)).split('\n');
  if (old === undefined || !old.startsWith('old ')) throw malformed('its first line is not "old <size>"');
  if (lines.length > MAX_PROOF) throw malformed(`its proof is above ${MAX_PROOF} lines`);
  const proof = lines.map((line) => bytesFromBase64(line));
  if (proof.some((hash) => hash.length !== DIGEST_BYTES)) throw malformed('a hash has not 32 bytes');
  const note = parseNote(utf8Bytes(text.slice(split + 2)), 'the checkpoint of the witness request');
  return { oldSize: parseTreeSize(old.slice(4)), proof, note, checkpoint: parseCheckpoint(note.text) };
}

function malformed(reason: string): FiliationError {
  return new FiliationError('MALFORMED', `this is not a witness request: ${reason}`, {
    hint: 'make the request with "filiation case witness"',
  });
}
