import { utf8Bytes, utf8Text } from '../bytes.ts';
import { FiliationError } from '../error.ts';

/** The bag declaration (RFC 8493, section 2.1.1), byte for byte. */
export const BAG_DECLARATION = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
/** Bytes of `bag-info.txt`: some lines of metadata. */
export const MAX_BAG_INFO_BYTES: number = 64 * 1024;

/** What the bag says of itself. */
export interface BagInfo {
  /** `YYYY-MM-DD`. */
  readonly baggingDate: string;
  /** Bytes and files below `data/`. */
  readonly payload: { readonly bytes: number; readonly files: number };
  /** The case. */
  readonly identifier: string;
  /** Program that made the bag. */
  readonly agent: string;
}

const TEXT = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+$/u;
const COUNT = /^(?:0|[1-9][0-9]{0,15})$/;

/**
 * `bag-info.txt` (RFC 8493, section 2.2.2): these four labels in this order, one line each.
 * @throws FiliationError USAGE where a value holds control characters or is empty
 */
export function encodeBagInfo({ baggingDate, payload, identifier, agent }: BagInfo): Uint8Array {
  for (const value of [identifier, agent])
    if (!TEXT.test(value) || value.trim() !== value)
      throw new FiliationError('USAGE', `bag-info.txt cannot hold ${JSON.stringify(value)}`, {
        where: 'bag-info.txt',
        hint: 'Give one line of text.',
      });
  const lines = [
    `Bag-Software-Agent: ${agent}`,
    `Bagging-Date: ${baggingDate}`,
    `External-Identifier: ${identifier}`,
    `Payload-Oxum: ${payload.bytes}.${payload.files}`,
  ];
  return utf8Bytes(`${lines.join('\n')}\n`);
}

/** Reads what `encodeBagInfo` writes.
 *  @throws FiliationError MALFORMED */
export function parseBagInfo(bytes: Uint8Array): BagInfo {
  const text = utf8Text(bytes, 'bag-info.txt');
  const match =
    /^Bag-Software-Agent: (.+)\nBagging-Date: (\d{4}-\d{2}-\d{2})\nExternal-Identifier: (.+)\nPayload-Oxum: (\d+)\.(\d+)\n$/.exec(
      text,
    );
  if (match === null)
    throw malformed(
      'does not hold Bag-Software-Agent, Bagging-Date, External-Identifier and Payload-Oxum, one line each and in this order',
    );
  const [, agent, baggingDate, identifier, octets, streams] = match as unknown as readonly string[];
  if (!COUNT.test(octets!) || !COUNT.test(streams!) || !Number.isSafeInteger(Number(octets)))
    throw malformed(`states an impossible Payload-Oxum: ${octets}.${streams}`);
  if (!isDay(baggingDate!)) throw malformed(`states an impossible Bagging-Date: ${baggingDate}`);
  for (const value of [agent!, identifier!])
    if (!TEXT.test(value) || value.trim() !== value)
      throw malformed('holds control characters or odd spaces');
  return {
    agent: agent!,
    baggingDate: baggingDate!,
    identifier: identifier!,
    payload: { bytes: Number(octets), files: Number(streams) },
  };
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function malformed(message: string): FiliationError {
  return new FiliationError('MALFORMED', `bag-info.txt ${message}`, {
    where: 'bag-info.txt',
    hint: 'It was altered or written by another program: get the bundle again from its source.',
  });
}
