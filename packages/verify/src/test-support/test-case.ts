import { openArchive } from '../archive/archive-source.ts';
import { memoryAccess } from '../archive/random-access.ts';
import { hexOf, utf8Bytes } from '../bytes.ts';
import { type CaseCheckResult, checkCase } from '../case/verify-case.ts';
import type { Check } from '../check.ts';
import { formatCheckpoint } from '../checkpoint.ts';
import { envelopeBytes, statementMessage } from '../claims/dsse.ts';
import {
  PREDICATE_PREFIX,
  type ResourceDescriptor,
  STATEMENT_TYPE,
  type Statement,
} from '../claims/envelope.ts';
import type {
  CaseClaim,
  ClaimHeader,
  ClaimName,
  Claims,
  ExhibitClaim,
  PartyRecord,
} from '../claims/predicates.ts';
import { encodeEntryBundle } from '../entry-bundle.ts';
import { canonicalBytes } from '../json/canonical.ts';
import type { JsonValue } from '../json.ts';
import { leafHash } from '../merkle.ts';
import { nodePlatform } from '../node/platform.ts';
import { formatNote } from '../note.ts';
import type { BundleSource } from '../source.ts';
import { type HashTile, TileBuilder } from '../tile-builder.ts';
import { TILE_WIDTH, tilePath } from '../tiles.ts';
import { noteSigner } from './note-signer.ts';
import { packArchive } from './pack-archive.ts';
import { type TestKey, testKey } from './test-key.ts';

const ORIGIN = 'example.org/log';
const LOG = noteSigner(ORIGIN, 100);

/** Keys of the four parties that a test case has, and a spare one for each. */
export const TEST_KEYS: Readonly<Record<'acme' | 'bolt' | 'nora' | 'acme2' | 'bolt2', TestKey>> = {
  acme: testKey('example.org/acme', 1),
  bolt: testKey('example.org/bolt', 2),
  nora: testKey('example.org/nora', 3),
  acme2: testKey('example.org/acme/2', 4),
  bolt2: testKey('example.org/bolt/2', 5),
};

/** Claimant, respondent, a neutral, and a tribunal that never signs. */
export const TEST_PARTIES: readonly PartyRecord[] = [
  {
    id: 'acme',
    name: 'Acme',
    side: 'claimant',
    roles: ['custodian', 'examiner'],
    key: TEST_KEYS.acme.vkey,
  },
  {
    id: 'bolt',
    name: 'Bolt',
    side: 'respondent',
    roles: ['custodian', 'examiner'],
    key: TEST_KEYS.bolt.vkey,
  },
  { id: 'nora', name: 'Nora', side: 'neutral', roles: ['neutral'], key: TEST_KEYS.nora.vkey },
  { id: 'court', name: 'The court', side: 'neutral', roles: ['tribunal'] },
];

export type TestBody<N extends ClaimName> = Omit<Claims[N], keyof ClaimHeader>;

/** What an entry says otherwise than an honest writer would. */
export interface Forgery {
  /** Signs instead of the actor's key. */
  readonly key?: TestKey;
  readonly header?: Partial<ClaimHeader>;
  /** Changes the envelope after it was signed. */
  readonly bytes?: (entry: Uint8Array) => Uint8Array;
}

export interface CheckedTestCase extends CaseCheckResult {
  readonly checks: readonly Check[];
  readonly failed: readonly Check[];
}

/**
 * A case in memory, entry by entry, signed with keys made for tests. Nothing is judged while it is built,
 * so that it can hold what no honest writer would log; `check` runs the verifier over it.
 */
export class TestCase {
  /** Path in the case folder to content; the log is added by `source`. */
  readonly files: Map<string, Uint8Array> = new Map();
  readonly entries: Uint8Array[] = [];
  /** Key that signs for each party from now on. */
  readonly keys: Map<string, TestKey> = new Map(Object.entries(TEST_KEYS));
  readonly #tree: TileBuilder = TileBuilder.empty(nodePlatform);
  readonly #full: HashTile[] = [];
  readonly #roots: string[] = [];

  constructor(opening: Partial<CaseClaim> = {}) {
    this.#roots.push(hexOf(this.#tree.root()));
    const policy = this.file('policy/policy.txt', `log ${testLogKey()}\nquorum none\n`);
    this.add('acme', 'case', [policy], {
      title: 'A case for tests',
      question: 'weights',
      propositions: { h1: 'One descends from the other.', h2: 'They were trained apart.' },
      parties: TEST_PARTIES,
      timeZone: 'UTC',
      deadlines: [],
      log: { origin: ORIGIN, key: testLogKey() },
      ...opening,
    });
  }

  /** Puts a file into the case and gives the subject that names it. */
  file(path: string, content: string | Uint8Array): ResourceDescriptor {
    const bytes = typeof content === 'string' ? utf8Bytes(content) : content;
    this.files.set(path, bytes);
    return { name: path, digest: { sha256: sha256(bytes) } };
  }

  /** Puts a document into the case, named by its digest. */
  document(folder: string, value: unknown, extension = 'json'): ResourceDescriptor {
    const bytes = value instanceof Uint8Array ? value : canonicalBytes(value as JsonValue);
    return this.file(`${folder}/${sha256(bytes)}.${extension}`, bytes);
  }

  /** Root of the log at an earlier size, hex. */
  rootAt(size: number): string {
    return this.#roots[size]!;
  }

  /** Signs and logs a claim, whatever it says. Returns its index. */
  add<N extends ClaimName>(
    actor: string,
    name: N,
    subject: readonly ResourceDescriptor[],
    body: TestBody<N>,
    forgery: Forgery = {},
  ): number {
    const size = this.entries.length;
    const header: ClaimHeader = {
      case: 'case-1',
      actor,
      at: `2030-01-01T${String(Math.floor(size / 60) % 24).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}:00Z`,
      seen: { size, root: this.rootAt(size) },
      ...forgery.header,
    };
    const statement: Statement = {
      _type: STATEMENT_TYPE,
      subject,
      predicateType: `${PREDICATE_PREFIX}${name}:v1`,
      predicate: { ...header, ...body } as unknown as Statement['predicate'],
    };
    const key = forgery.key ?? this.keys.get(actor)!;
    const entry = envelopeBytes(statement, key.keyid, key.sign(statementMessage(statement)));
    return this.addEntry(forgery.bytes?.(entry) ?? entry);
  }

  /** Logs bytes as they are. */
  addEntry(entry: Uint8Array): number {
    this.entries.push(entry);
    this.#tree.append(leafHash(nodePlatform, entry), (tile) => this.#full.push(tile));
    this.#roots.push(hexOf(this.#tree.root()));
    return this.entries.length - 1;
  }

  /** Registers an exhibit of one file; its bytes lie in the case unless it is stored otherwise. */
  exhibit(actor: string, content: string | Uint8Array, changes: Partial<TestBody<'exhibit'>> = {}): string {
    const bytes = typeof content === 'string' ? utf8Bytes(content) : content;
    const number = changes.exhibit ?? `E${this.#exhibits + 1}`;
    const name = changes.name ?? `${number.toLowerCase()}.bin`;
    const digest = sha256(utf8Bytes(`${sha256(bytes)}  ${bytes.length}  ${name}\n`));
    if ((changes.storage ?? 'copy') === 'copy') this.file(`exhibits/${digest}/${name}`, bytes);
    const body: Omit<ExhibitClaim, keyof ClaimHeader> = {
      exhibit: number,
      kind: 'model',
      name,
      size: bytes.length,
      files: 1,
      origin: 'made for a test',
      custodian: actor,
      handedOverBy: actor,
      receivedAt: '2029-12-31T00:00:00Z',
      storage: 'copy',
      ...changes,
    };
    this.add(actor, 'exhibit', [{ name, digest: { sha256: digest } }], body);
    this.#exhibits++;
    this.digests.set(number, digest);
    return number;
  }
  #exhibits = 0;
  /** Tree digest of each exhibit, hex. */
  readonly digests: Map<string, string> = new Map();

  /** Exhibit as a subject. */
  subjectOf(exhibit: string): ResourceDescriptor {
    return { name: exhibit, digest: { sha256: this.digests.get(exhibit)! } };
  }

  /** Everything that lies in the case folder, with the log as it stands, below a prefix. */
  members(prefix = ''): Record<string, Uint8Array> {
    const size = this.entries.length;
    const note = formatCheckpoint({ origin: ORIGIN, size, root: this.#tree.root(), extensions: [] });
    const files = [...this.files];
    files.push(['log/checkpoint', utf8Bytes(formatNote({ text: note, signatures: [LOG.sign(note)] }))]);
    for (const tile of [...this.#full, ...this.#tree.partialTiles()])
      files.push([`log/${tilePath(tile)}`, tile.bytes]);
    for (let at = 0; at < size; at += TILE_WIDTH) {
      const entries = this.entries.slice(at, at + TILE_WIDTH);
      const path = tilePath({ level: 'entries', index: at / TILE_WIDTH, width: entries.length });
      files.push([`log/${path}`, encodeEntryBundle(entries)]);
    }
    return Object.fromEntries(files.map(([path, bytes]) => [`${prefix}${path}`, bytes]));
  }

  /** The case folder as the verifier reads it. */
  source(): Promise<BundleSource> {
    return openArchive(memoryAccess(packArchive(this.members())), 'a test case');
  }

  /** Runs the verifier over the case as it stands. */
  async check(): Promise<CheckedTestCase> {
    const checks: Check[] = [];
    const result = await checkCase({
      source: await this.source(),
      prefix: '',
      platform: nodePlatform,
      report: (check) => void checks.push(check),
    });
    return { ...result, checks, failed: checks.filter((check) => check.status === 'failed') };
  }
}

/** Opens a case for tests: see `TestCase`. */
export function testCase(opening: Partial<CaseClaim> = {}): TestCase {
  return new TestCase(opening);
}

/** Verifier key of the log of every test case. */
export function testLogKey(): string {
  return testKey(ORIGIN, 100).vkey;
}

export function sha256(bytes: Uint8Array): string {
  return hexOf(nodePlatform.sha256(bytes));
}

/** Subject of a claim that is about a text: a key, a value. */
export function subjectOfText(name: string, text: string): ResourceDescriptor {
  return { name, digest: { sha256: sha256(utf8Bytes(text)) } };
}
