import { FiliationError, type NoteKey, parseNoteKey } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';

/**
 * Reads the verifier key of a party, log or agent before it is relied on. Keys for which honest verifiers
 * could differ on a signature are refused: small order, mixed order, not canonical, not on the curve.
 *
 * @throws FiliationError MALFORMED where it is no verifier key or does not fit its key id; UNSUPPORTED for
 *   other kinds than Ed25519; UNSAFE for odd keys
 */
export function registerKey(vkey: string): NoteKey {
  const key = parseNoteKey(nodePlatform, vkey);
  if (key.kind === 'ed25519') return key;
  throw new FiliationError('UNSUPPORTED', `the key of ${key.name} is not an Ed25519 signing key`, {
    hint: 'make one with Filiation',
  });
}
