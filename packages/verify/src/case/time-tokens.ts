import { hexOf, utf8Bytes, utf8Text } from '../bytes.ts';
import type { CheckStatus } from '../check.ts';
import { FiliationError } from '../error.ts';
import type { CheckedCheckpoint } from '../log-check.ts';
import { verifyRenewals } from '../timestamp/renewal.ts';
import { type VerifiedTime, verifyTimestamp } from '../timestamp/verify.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readPemCertificates, readRevocationListFile } from '../x509/pem.ts';
import type { RevocationList } from '../x509/revocation-list.ts';
import type { Voucher, VoucherInput } from './vouchers.ts';

/** A time token; the largest staged ones have 6 kB. */
const MAX_TOKEN_BYTES = 256 * 1024;
const MAX_ROOTS_BYTES = 2 ** 20;
/** Revocation lists of one chain, PEM. */
const MAX_LISTS_BYTES = 32 * 2 ** 20;
/** Lists looked at for one token, the newest ones: an older list of an issuer says nothing more. */
const MAX_LISTS = 32;

/** Names in `log/timestamps/`: token, its renewals in order, and the lists fetched for its chain. */
const TOKEN = /^(0|[1-9][0-9]{0,15})\.([A-Za-z0-9-]{1,64})(?:\.r([1-9][0-9]?))?\.tsr$/;
const LISTS = /^(?:0|[1-9][0-9]{0,15})\.([A-Za-z0-9-]{1,64})\.crl$/;

interface TokenFiles {
  readonly size: number;
  readonly authority: string;
  /** Paths by number of the renewal; 0 is the token itself. */
  readonly links: Map<number, string>;
}

/** What the tokens of one authority came to. */
interface AuthorityTally {
  readonly roots: Set<string>;
  tokens: number;
  unlisted: number;
  asOf: string | undefined;
}

/**
 * Verifies every time token of the log in full, with its renewals and the revocation lists at hand.
 * Reports `time.token`, `time.renewal`, `time.revocation`, and as warnings `time.expires` (the certificates
 * have ended and nothing renews the token) and `time.roots` (only the case itself says whom to trust).
 */
export async function readTimeTokens(input: VoucherInput): Promise<readonly Voucher[]> {
  return new TokenReader(input).run();
}

class TokenReader {
  readonly #input: VoucherInput;
  readonly #folder: string;
  readonly #tallies = new Map<string, AuthorityTally>();
  readonly #lists = new Map<string, RevocationList[]>();

  constructor(input: VoucherInput) {
    this.#input = input;
    this.#folder = `${input.prefix}log/timestamps/`;
  }

  async run(): Promise<readonly Voucher[]> {
    const tokens = await this.#sortFiles();
    const vouchers: Voucher[] = [];
    for (const files of tokens) {
      const voucher = await this.#readToken(files);
      if (voucher !== undefined) vouchers.push(voucher);
    }
    this.#sayAuthorities();
    return vouchers;
  }

  /** Tokens with their renewals; reads the revocation lists on the way. */
  async #sortFiles(): Promise<readonly TokenFiles[]> {
    const tokens = new Map<string, TokenFiles>();
    for (const { path } of this.#input.source.members) {
      if (!path.startsWith(this.#folder)) continue;
      const file = path.slice(this.#folder.length);
      const lists = LISTS.exec(file);
      const token = TOKEN.exec(file);
      if (lists !== null) await this.#readLists(path, lists[1]!);
      else if (token === null)
        this.#say('time.token', 'failed', path, 'has a name that says neither size nor authority');
      else {
        const [, size, authority, renewal = '0'] = token as unknown as [string, string, string, string?];
        const key = `${size}.${authority}`;
        const files = tokens.get(key) ?? { size: Number(size), authority, links: new Map() };
        tokens.set(key, files);
        files.links.set(Number(renewal), path);
      }
    }
    return [...tokens.values()];
  }

  async #readLists(path: string, authority: string): Promise<void> {
    try {
      const bytes = await this.#input.source.read(path, MAX_LISTS_BYTES);
      const known = this.#lists.get(authority) ?? [];
      const digests = new Set(known.map((list) => this.#digest(list)));
      for (const list of readRevocationListFile(bytes, path)) {
        const digest = this.#digest(list);
        if (!digests.has(digest)) known.push(list);
        digests.add(digest);
      }
      known.sort((p, q) => q.thisUpdate.milliseconds - p.thisUpdate.milliseconds);
      this.#lists.set(authority, known.slice(0, MAX_LISTS));
    } catch (error) {
      this.#fault('time.revocation', path, error);
    }
  }

  #digest({ signedBytes }: RevocationList): string {
    return hexOf(this.#input.platform.sha256(signedBytes));
  }

  async #readToken({ size, authority, links }: TokenFiles): Promise<Voucher | undefined> {
    const path = links.get(0);
    if (path === undefined) {
      for (const stray of links.values()) this.#say('time.renewal', 'failed', stray, 'renews no token here');
      return undefined;
    }
    const { checkpoints, roots } = this.#input;
    if (roots?.has(authority) === false) {
      const detail = `you gave no roots for the time authority ${authority}; its word counts for nothing here`;
      this.#say('time.token', 'not-checked', path, detail);
      return undefined;
    }
    const checkpoint = checkpoints.find((each) => each.size === size);
    if (checkpoint === undefined) {
      const detail = `stamps a checkpoint at ${size} entries that is not here or does not fit`;
      this.#say('time.token', 'failed', path, detail);
      return undefined;
    }
    try {
      const bytes = await this.#input.source.read(path, MAX_TOKEN_BYTES);
      const time = await verifyTimestamp(this.#input.platform, {
        ...this.#required(authority, checkpoint, path),
        bytes,
        roots: await this.#rootsOf(authority),
      });
      this.#say('time.token', 'passed', path, '');
      const last = await this.#lastLink({ size, authority, links }, checkpoint, bytes, time);
      this.#sayEnd(path, last);
      this.#count(authority, time);
      return {
        kind: 'time-authority',
        name: authority,
        size,
        time: time.milliseconds,
        root: time.root,
      };
    } catch (error) {
      this.#fault('time.token', path, error);
      return undefined;
    }
  }

  #required(authority: string, { text }: CheckedCheckpoint, name: string) {
    const { now } = this.#input;
    return {
      stamped: { message: utf8Bytes(text) },
      revocationLists: this.#lists.get(authority) ?? [],
      name,
      ...(now === undefined ? {} : { now }),
    };
  }

  /** The newest link that stands: the token itself where no renewal does. */
  async #lastLink(
    { authority, links }: TokenFiles,
    checkpoint: CheckedCheckpoint,
    bytes: Uint8Array,
    time: VerifiedTime,
  ): Promise<VerifiedTime> {
    let last = time;
    const files = [bytes];
    for (const [number, path] of [...links].sort(([p], [q]) => p - q)) {
      if (number === 0) continue;
      try {
        if (number !== files.length)
          throw new FiliationError('UNVERIFIED', `renews renewal ${number - 1}, which is not here`);
        files.push(await this.#input.source.read(path, MAX_TOKEN_BYTES));
        // Any authority that is trusted may renew another's token.
        const requirements = {
          ...this.#required(authority, checkpoint, path),
          roots: await this.#allRoots(),
        };
        const all = {
          ...requirements,
          revocationLists: [...this.#lists.values()].flat().slice(0, MAX_LISTS),
        };
        last = (await verifyRenewals(this.#input.platform, all, files)).last;
        this.#say('time.renewal', 'passed', path, '');
      } catch (error) {
        if (!(error instanceof FiliationError)) throw error;
        // The reader may trust the authority of the token and not the one that renewed it.
        const status = this.#input.roots === undefined ? 'failed' : 'not-checked';
        this.#say('time.renewal', status, path, error.message);
        break;
      }
    }
    return last;
  }

  async #allRoots(): Promise<readonly Certificate[]> {
    const { roots, source, prefix } = this.#input;
    if (roots !== undefined) return [...roots.values()].flat();
    const folder = `${prefix}policy/authorities/`;
    const all: Certificate[] = [];
    for (const { path } of source.members)
      if (path.startsWith(folder)) all.push(...(await this.#readRoots(path)));
    return all;
  }

  async #rootsOf(authority: string): Promise<readonly Certificate[]> {
    const { roots, source, prefix } = this.#input;
    const trusted = roots?.get(authority);
    if (trusted !== undefined) return trusted;
    const path = `${prefix}policy/authorities/${authority}.pem`;
    if (source.has(path)) return this.#readRoots(path);
    const detail = `the roots of the time authority ${authority} are not in the bundle`;
    throw new FiliationError('UNVERIFIED', detail);
  }

  async #readRoots(path: string): Promise<readonly Certificate[]> {
    return readPemCertificates(utf8Text(await this.#input.source.read(path, MAX_ROOTS_BYTES)));
  }

  #count(authority: string, { root, revocation }: VerifiedTime): void {
    const tally = this.#tallies.get(authority) ?? {
      roots: new Set(),
      tokens: 0,
      unlisted: 0,
      asOf: undefined,
    };
    this.#tallies.set(authority, tally);
    tally.roots.add(root);
    tally.tokens++;
    const { asOf } = revocation;
    if (asOf === undefined) tally.unlisted++;
    else if (tally.asOf === undefined || asOf < tally.asOf) tally.asOf = asOf;
  }

  #sayEnd(path: string, { chainEnds }: VerifiedTime): void {
    const { now } = this.#input;
    if (now === undefined) return;
    const detail = `its certificates ended on ${chainEnds} and no renewal covers it: nobody says any more whether the key was stolen since`;
    const ended = Date.parse(chainEnds) < now.getTime();
    this.#say('time.expires', ended ? 'warning' : 'passed', path, ended ? detail : '');
  }

  /** Once for each authority: whose roots are relied on, and up to when nothing was revoked. */
  #sayAuthorities(): void {
    for (const [authority, { roots, tokens, unlisted, asOf }] of this.#tallies) {
      const part = `time authority ${authority}`;
      if (this.#input.roots === undefined) {
        const detail = `its tokens lead to the root ${[...roots].join(', ')}, which the case itself names: a cheating owner can bring an authority of its own; give the roots you trust with --time-roots`;
        this.#say('time.roots', 'warning', part, detail);
      } else this.#say('time.roots', 'passed', part, '');
      if (unlisted === 0)
        this.#say('time.revocation', 'passed', part, `none of its certificates was revoked up to ${asOf}`);
      else {
        const detail = `no revocation list made after the token covers ${unlisted} of its ${tokens} tokens`;
        this.#say('time.revocation', 'not-checked', part, detail);
      }
    }
  }

  #fault(id: string, path: string, error: unknown): void {
    if (!(error instanceof FiliationError)) throw error;
    this.#say(id, 'failed', path, error.message);
  }

  #say(id: string, status: CheckStatus, part: string, detail: string): void {
    this.#input.report({ id, status, part, detail });
  }
}
