import { parseCheckpoint } from '../checkpoint.ts';
import { parseNote } from '../note.ts';
import type { Platform } from '../platform.ts';
import { parseTlogPolicy } from '../tlog-policy.ts';

/**
 * Reads what a reader brings along once before the bundle: a mistake there is the reader's to mend, and no
 * failure of the bundle.
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED
 */
export function refuseBadReaderFiles(
  platform: Platform,
  { policy, seen = [] }: { readonly policy?: Uint8Array; readonly seen?: readonly Uint8Array[] },
): void {
  if (policy !== undefined) parseTlogPolicy(platform, policy, 'your policy');
  seen.forEach((bytes, at) => {
    const name = `checkpoint ${at + 1} that you saw earlier`;
    parseCheckpoint(parseNote(bytes, name).text, name);
  });
}
