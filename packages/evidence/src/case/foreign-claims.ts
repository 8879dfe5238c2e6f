import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CLOCK_TOLERANCE_MS, type Claim, entryLabel, FiliationError } from '@filiation/verify';

/**
 * Refuses what the rules of the log allow and what would still spoil every bundle made later: a claim dated
 * ahead, which any time token would contradict, and a copy of an exhibit that nobody handed over.
 * @throws FiliationError CONFLICT
 */
export function refuseForeignClaims(folder: string, claims: readonly Claim[], now: Date): void {
  for (const claim of claims) {
    const fault = faultOf(folder, claim, now);
    if (fault === undefined) continue;
    throw new FiliationError('CONFLICT', `${entryLabel(claim)} is refused: it ${fault}`, {
      where: folder,
      hint: 'nothing was logged; ask the party that made it to make it again',
    });
  }
}

function faultOf(folder: string, claim: Claim, now: Date): string | undefined {
  if (Date.parse(claim.predicate.at) > now.getTime() + CLOCK_TOLERANCE_MS)
    return `is dated ${claim.predicate.at}, it is ${now.toISOString().slice(0, 19)}Z now: one of the two clocks is wrong`;
  if (claim.name !== 'exhibit' || claim.predicate.storage !== 'copy') return undefined;
  const { sha256 } = claim.subject[0]!.digest;
  if (existsSync(join(folder, 'exhibits', sha256))) return undefined;
  return 'registers a copy whose bytes are not in this case; an exhibit is added here, or registered by reference or commitment';
}
