import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, utf8Text } from '@filiation/verify';
import { writeWholeFile } from '../io/write-file.ts';
import { fetchRevocationLists } from '../time/revocation-client.ts';
import type { CaseFolder } from './case-folder.ts';

/** Milliseconds for one list: a token is good without it, so nobody waits long. */
const LIST_TIMEOUT_MS = 10_000;

export interface ListOrder {
  readonly authority: string;
  /** Size of the log that the token stamps. */
  readonly size: number;
  /** The token's verified chain, signer first. */
  readonly chain: readonly Certificate[];
  readonly fetch?: typeof fetch | undefined;
}

/**
 * Fetches the revocation lists of a token's chain and keeps them beside it, PEM, as
 * `log/timestamps/SIZE.AUTHORITY.crl`; lists that are kept already are not kept twice. A list made after a
 * token tells that nothing was revoked by then, so each stamp serves the tokens before it.
 *
 * @returns whether every certificate below the root has a list
 * @throws FiliationError WRITE_FAILED
 */
export async function keepRevocationLists(of: CaseFolder, order: ListOrder): Promise<boolean> {
  const { authority, size, chain, fetch: ask } = order;
  const { lists, missing } = await fetchRevocationLists({
    chain,
    timeoutMs: LIST_TIMEOUT_MS,
    ...(ask === undefined ? {} : { fetch: ask }),
  });
  if (lists.length === 0) return missing.length === 0;
  const folder = join(of.folder, 'log', 'timestamps');
  const text = lists.map(({ bytes }) => pemOf(bytes)).join('');
  const held = await readdir(folder).catch(() => [] as string[]);
  for (const name of held.filter((each) => each.endsWith(`.${authority}.crl`)))
    if ((await readFile(join(folder, name), 'utf8')) === text) return missing.length === 0;
  await writeWholeFile(join(folder, `${size}.${authority}.crl`), text);
  return missing.length === 0;
}

/** A list as PEM; a file that is no DER (a sequence in the long form) is PEM already. */
function pemOf(bytes: Uint8Array): string {
  if (bytes[0] !== 0x30 || bytes[1]! < 0x80) return `${utf8Text(bytes).trimEnd()}\n`;
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN X509 CRL-----\n${lines.join('\n')}\n-----END X509 CRL-----\n`;
}
