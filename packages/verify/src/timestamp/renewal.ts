import { FiliationError } from '../error.ts';
import type { Platform } from '../platform.ts';
import { type TimestampRequirements, type VerifiedTime, verifyTimestamp } from './verify.ts';

/** Renewals of one token: one every few years. */
const MAX_LINKS = 64;

export interface RenewedTime {
  /** What the first token shows: when the bytes existed. */
  readonly first: VerifiedTime;
  /** The newest token: whose certificates must be good today. */
  readonly last: VerifiedTime;
  readonly links: readonly VerifiedTime[];
}

/**
 * Verifies a token together with its renewals (the idea of RFC 4998 5.2): each link stamps the whole file
 * of the one before, and did so while every certificate of that one was still valid. So the first time
 * holds although its own certificates have ended since.
 *
 * @param requirements as for verifyTimestamp; `stamped` is about the first link, and `bytes` is not used.
 * @param files replies or tokens, oldest first.
 * @throws FiliationError as verifyTimestamp; UNVERIFIED where a renewal came too late or stamps another file
 */
export async function verifyRenewals(
  platform: Platform,
  requirements: Omit<TimestampRequirements, 'bytes' | 'nonce'>,
  files: readonly Uint8Array[],
): Promise<RenewedTime> {
  if (files.length === 0 || files.length > MAX_LINKS)
    throw new FiliationError('USAGE', `1 to ${MAX_LINKS} time tokens are wanted, not ${files.length}`);
  const { name = 'time token' } = requirements;
  const links: VerifiedTime[] = [];
  for (const [place, bytes] of files.entries()) {
    const previous = links[place - 1];
    const stamped = previous === undefined ? requirements.stamped : { message: files[place - 1]! };
    const title = previous === undefined ? name : `${name}, renewal ${place}`;
    const time = await verifyTimestamp(platform, { ...requirements, bytes, stamped, name: title });
    if (previous !== undefined) checkOrder(previous, time, title);
    links.push(time);
  }
  return { first: links[0]!, last: links[links.length - 1]!, links };
}

function checkOrder(previous: VerifiedTime, time: VerifiedTime, title: string): void {
  if (time.milliseconds < previous.milliseconds)
    throw new FiliationError(
      'UNVERIFIED',
      `${title}: its time ${time.time} lies before that of what it renews`,
      {
        where: title,
      },
    );
  if (time.milliseconds >= Date.parse(previous.chainEnds) + 1000)
    throw new FiliationError(
      'UNVERIFIED',
      `${title}: came at ${time.time}, after the certificates of what it renews had ended on ${previous.chainEnds}`,
      { where: title, hint: 'a token must be renewed while its certificates are valid' },
    );
}
