import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FiliationError, parseNote, utf8Bytes, type VerifiedTime, verifyRenewals } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { fileError } from '../io/file-error.ts';
import { writeWholeFile } from '../io/write-file.ts';
import { requestTimestamp } from '../time/client.ts';
import type { CaseFolder } from './case-folder.ts';
import { keepRevocationLists } from './revocation-lists.ts';
import { authorityOf } from './vouching.ts';

const TOKEN = /^(0|[1-9][0-9]{0,15})\.([A-Za-z0-9-]{1,64})\.tsr$/;
const DAY_MS = 86_400_000;

export interface RenewalOrder {
  readonly now: () => Date;
  /** Tokens whose certificates end within this many days are renewed. */
  readonly withinDays: number;
  /** Authority that renews; that of the token where absent. */
  readonly authority?: string;
  readonly fetch?: typeof fetch;
}

/** What came of one token. */
export interface RenewalResult {
  /** File name of the token that is renewed. */
  readonly token: string;
  /** RFC 3339: end of the certificates behind its newest link, after what was done. */
  readonly ends?: string;
  /** File name of the renewal that was written. */
  readonly renewal?: string;
  /** Why there is none, where one is due. */
  readonly missing?: string;
}

interface KeptToken {
  readonly name: string;
  readonly size: number;
  readonly authority: string;
  /** The token and its renewals, oldest first. */
  readonly files: readonly Uint8Array[];
}

/**
 * Has the time tokens of a case stamped anew before their certificates end: each renewal is a token over
 * the whole file before it. One token that cannot be renewed does not keep the others from it.
 *
 * @throws FiliationError USAGE for an authority that the case does not name, WRITE_FAILED
 */
export async function renewTokens(of: CaseFolder, order: RenewalOrder): Promise<readonly RenewalResult[]> {
  const { authority } = order;
  if (authority !== undefined && !of.settings.authorities.some(({ name }) => name === authority))
    throw new FiliationError('USAGE', `the case has no time authority ${authority}`);
  const results: RenewalResult[] = [];
  for (const token of await keptTokens(of)) {
    try {
      results.push(await renew(of, token, order));
    } catch (error) {
      if (!(error instanceof FiliationError) || error.code === 'WRITE_FAILED') throw error;
      results.push({ token: token.name, missing: error.message });
    }
  }
  return results;
}

async function keptTokens(of: CaseFolder): Promise<readonly KeptToken[]> {
  const folder = join(of.folder, 'log', 'timestamps');
  const names = await readdir(folder).catch(() => [] as string[]);
  const tokens: KeptToken[] = [];
  for (const name of names.sort()) {
    const match = TOKEN.exec(name);
    if (match === null) continue;
    const [, size, authority] = match as unknown as [string, string, string];
    const files = [new Uint8Array(await readFile(join(folder, name)))];
    while (names.includes(renewalName(size, authority, files.length)))
      files.push(new Uint8Array(await readFile(join(folder, renewalName(size, authority, files.length)))));
    tokens.push({ name, size: Number(size), authority, files });
  }
  return tokens;
}

async function renew(of: CaseFolder, token: KeptToken, order: RenewalOrder): Promise<RenewalResult> {
  const now = order.now().getTime();
  const last = await lastLink(of, token);
  const ends = last.chainEnds;
  if (Date.parse(ends) > now + order.withinDays * DAY_MS) return { token: token.name, ends };
  if (Date.parse(ends) < now)
    return {
      token: token.name,
      ends,
      missing: `its certificates ended on ${ends}: it is too late to renew it`,
    };
  const name = order.authority ?? token.authority;
  const setting = of.settings.authorities.find((each) => each.name === name);
  if (setting?.url === undefined)
    return { token: token.name, ends, missing: `the time authority ${name} has no address here` };
  const { reply, time } = await requestTimestamp({
    authority: await authorityOf(of, setting),
    imprint: { hash: 'sha256', digest: sha256(token.files.at(-1)!) },
    ...(order.fetch === undefined ? {} : { fetch: order.fetch }),
  });
  if (Date.parse(time.chainEnds) <= Date.parse(ends))
    return {
      token: token.name,
      ends,
      missing: `the certificates of ${name} end no later: on ${time.chainEnds}`,
    };
  const renewal = renewalName(String(token.size), token.authority, token.files.length);
  await writeWholeFile(join(of.folder, 'log', 'timestamps', renewal), reply);
  await keepRevocationLists(of, { authority: name, size: token.size, chain: time.chain, fetch: order.fetch });
  return { token: token.name, ends: time.chainEnds, renewal };
}

/** @throws FiliationError as verifyRenewals: what does not verify is not renewed */
async function lastLink(of: CaseFolder, { name, size, files }: KeptToken): Promise<VerifiedTime> {
  const path = join(of.folder, 'log', 'checkpoints', String(size));
  const note = await readFile(path).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  const authorities = await Promise.all(of.settings.authorities.map((each) => authorityOf(of, each)));
  const { last } = await verifyRenewals(
    nodePlatform,
    {
      stamped: { message: utf8Bytes(parseNote(note, path).text) },
      roots: authorities.flatMap(({ roots }) => roots),
      name,
    },
    files,
  );
  return last;
}

function renewalName(size: string, authority: string, number: number): string {
  return `${size}.${authority}.r${number}.tsr`;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(bytes).digest());
}
