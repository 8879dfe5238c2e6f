import { readFileSync } from 'node:fs';
import { memberOf, type SealMember } from '@filiation/evidence';

/** The verifier travels with the bundle: one program file, one page, one guide to checking by hand. */
export function verifierFiles(): readonly SealMember[] {
  const read = (path: string): Uint8Array =>
    readFileSync(new URL(import.meta.resolve(`@filiation/verify/standalone/${path}`)));
  return [
    memberOf('verifier/filiation-verify.mjs', read('filiation-verify.mjs')),
    memberOf('verifier/verify.html', read('verify.html')),
    memberOf('verify-by-hand.md', read('verify-by-hand.md')),
  ];
}
