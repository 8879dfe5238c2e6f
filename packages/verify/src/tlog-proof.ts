import { base64Of, bytesFromBase64 } from './base64.ts';
import { concatBytes, DIGEST_BYTES, utf8Bytes, utf8Text } from './bytes.ts';
import { FiliationError } from './error.ts';
import { parseTreeSize, verifyInclusion } from './merkle.ts';
import { MAX_NOTE_BYTES } from './note.ts';
import type { Platform } from './platform.ts';
import { judgeCheckpoint, type PolicyVerdict } from './policy-verdict.ts';
import type { TlogPolicy } from './tlog-policy.ts';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** Bytes of the extra data; Filiation writes none. */
const MAX_EXTRA = 65_536;
/** Hashes of a proof: one for each doubling of a tree of at most 2^53 leaves. */
const MAX_HASHES = 53;
/** Bytes before the checkpoint. */
const MAX_HEADER = 256 + Math.ceil(MAX_EXTRA / 3) * 4 + MAX_HASHES * 45;

/** A receipt for one log entry (C2SP tlog-proof), file extension `.tlog-proof`. */
export interface TlogProof {
  /** Signed by nobody: never rely on it. */
  readonly extra?: Uint8Array;
  readonly index: number;
  /** Inclusion proof, the leaf's sibling first. */
  readonly hashes: readonly Uint8Array[];
  /** The checkpoint note, byte for byte. */
  readonly checkpoint: Uint8Array;
}

/** @throws FiliationError MALFORMED, LIMIT_EXCEEDED */
export function parseTlogProof(bytes: Uint8Array, where = 'the proof'): TlogProof {
  if (bytes.length > MAX_HEADER + MAX_NOTE_BYTES) throw tooLong(where);
  const text = utf8Text(bytes, where);
  const split = text.indexOf('\n\n');
  if (split > MAX_HEADER) throw tooLong(where);
  const lines = text.slice(0, Math.max(0, split)).split('\n');
  if (lines.shift() !== FIRST_LINE) throw malformed(where, `its first line is not ${FIRST_LINE}`);
  const extra = takeValue(lines, 'extra ');
  const index = takeValue(lines, 'index ');
  if (index === undefined) throw malformed(where, 'it has no index line');
  if (lines.length > MAX_HASHES) throw malformed(where, `it has above ${MAX_HASHES} hashes`);
  try {
    const hashes = lines.map((line) => bytesFromBase64(line));
    if (hashes.some((hash) => hash.length !== DIGEST_BYTES))
      throw malformed(where, 'a hash has not 32 bytes');
    return {
      ...(extra === undefined ? {} : { extra: bytesFromBase64(extra) }),
      index: parseTreeSize(index),
      hashes,
      checkpoint: utf8Bytes(text.slice(split + 2)),
    };
  } catch (cause) {
    if (!(cause instanceof FiliationError) || cause.where === where) throw cause;
    throw new FiliationError(cause.code, `${where}: ${cause.message}`, { where, cause });
  }
}

/**
 * Bytes of the receipt.
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED where `parseTlogProof` would not read the same back
 */
export function formatTlogProof({ extra, index, hashes, checkpoint }: TlogProof): Uint8Array {
  const lines = [
    FIRST_LINE,
    ...(extra === undefined ? [] : [`extra ${base64Of(extra)}`]),
    `index ${index}`,
    ...hashes.map(base64Of),
  ];
  const bytes = concatBytes(utf8Bytes(`${lines.join('\n')}\n\n`), checkpoint);
  parseTlogProof(bytes);
  return bytes;
}

/**
 * Verifies that the leaf (its hash, `leafHash`) stands in a log of the policy at the receipt's index, as
 * enough witnesses have seen.
 * @throws FiliationError UNVERIFIED where the proof, a signature or the quorum fails; MALFORMED,
 *         LIMIT_EXCEEDED for the checkpoint
 */
export async function verifyTlogProof(
  platform: Platform,
  proof: TlogProof,
  leaf: Uint8Array,
  policy: TlogPolicy,
  where = 'the proof',
): Promise<PolicyVerdict> {
  const verdict = await judgeCheckpoint(platform, policy, proof.checkpoint, where);
  const { size, root } = verdict.checkpoint;
  if (!verifyInclusion(platform, { index: proof.index, size, leaf, proof: proof.hashes, root }))
    throw new FiliationError('UNVERIFIED', `${where} does not lead from the entry to the log's root`, {
      where,
    });
  if (!verdict.quorum)
    throw new FiliationError('UNVERIFIED', `${where}: too few witnesses of the policy have cosigned`, {
      where,
    });
  return verdict;
}

/** Takes the first line off where it begins with the word. */
function takeValue(lines: string[], word: string): string | undefined {
  return lines[0]?.startsWith(word) ? lines.shift()!.slice(word.length) : undefined;
}

function tooLong(where: string): FiliationError {
  return new FiliationError('LIMIT_EXCEEDED', `${where} is longer than any receipt of a log`, { where });
}

function malformed(where: string, reason: string): FiliationError {
  return new FiliationError('MALFORMED', `${where} is not a tlog proof: ${reason}`, { where });
}
