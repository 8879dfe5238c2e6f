import { createHash } from 'node:crypto';
import { FiliationError } from '@filiation/verify';

/** Signature type byte of Ed25519 in signed notes. */
const ED25519 = 1;

/** Writes a signed-note verifier key (C2SP signed-note): `name+hash+base64(type ‖ key)`.
 *  @throws FiliationError USAGE for names with `+`, white space or control characters */
export function verifierKey(name: string, key: Uint8Array): string {
  if (!/^[^+\s\p{Cc}\p{Cs}]{1,200}$/u.test(name))
    throw new FiliationError('USAGE', 'a key needs a name without spaces and plus signs', {
      hint: 'for example: example.org/case-17/claimant',
    });
  const tagged = Buffer.concat([Uint8Array.of(ED25519), key]);
  const hash = createHash('sha256').update(`${name}\n`).update(tagged).digest('hex').slice(0, 8);
  return `${name}+${hash}+${tagged.toString('base64')}`;
}

/** Reads an Ed25519 verifier key and checks its hash.
 *  @throws FiliationError MALFORMED */
export function parseVerifierKey(vkey: string): {
  readonly name: string;
  readonly hash: string;
  readonly key: Uint8Array;
} {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(vkey);
  const tagged = match === null ? undefined : Buffer.from(match[3]!, 'base64');
  if (match === null || tagged?.length !== 33 || tagged[0] !== ED25519)
    throw new FiliationError('MALFORMED', 'not an Ed25519 verifier key', {
      hint: 'it has the form name+hash+base64',
    });
  const key = Uint8Array.from(tagged.subarray(1));
  if (verifierKey(match[1]!, key) !== vkey)
    throw new FiliationError('MALFORMED', `the verifier key of ${match[1]} does not fit its own hash`);
  return { name: match[1]!, hash: match[2]!, key };
}

export function keyHash(vkey: string): string {
  return parseVerifierKey(vkey).hash;
}
