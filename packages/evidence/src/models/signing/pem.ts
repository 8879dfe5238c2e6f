import { FiliationError } from '@filiation/verify';
import { base64 } from './shape.ts';

/** Blocks of one file: a certificate store of an operating system holds some 150. */
const MAX_BLOCKS = 1024;

/**
 * DER contents of the PEM blocks with this label, in order; text around them is skipped.
 *
 * @throws FiliationError MALFORMED where there is none, LIMIT_EXCEEDED
 */
export function pemBlocks(pem: string, label: string, where: string): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  for (let at = pem.indexOf(begin); at >= 0; at = pem.indexOf(begin, at)) {
    const stop = pem.indexOf(end, at);
    if (stop < 0) throw new FiliationError('MALFORMED', `${where}: a PEM block does not end`, { where });
    if (blocks.length === MAX_BLOCKS)
      throw new FiliationError('LIMIT_EXCEEDED', `${where} holds more than ${MAX_BLOCKS} blocks`, { where });
    blocks.push(base64(pem.slice(at + begin.length, stop).replace(/\s+/g, ''), where));
    at = stop + end.length;
  }
  if (blocks.length === 0)
    throw new FiliationError('MALFORMED', `${where} holds no ${label.toLowerCase()} in PEM form`, { where });
  return blocks;
}
