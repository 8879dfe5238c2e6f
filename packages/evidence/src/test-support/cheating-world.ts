import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatNoteKey, parseNoteKey } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { type Actor, type CaseFolder, openCase } from '../case/case-folder.ts';
import { addExhibit } from '../case/exhibits.ts';
import { newCase } from '../case/new-case.ts';
import { sealCase } from '../case/seal.ts';
import { type AskWitness, gatherVouchers, type VouchResult } from '../case/vouching.ts';
import { openWitness } from '../log/witness.ts';
import { submitToWitness } from '../log/witness-client.ts';
import { serveWitness } from '../log/witness-server.ts';
import {
  type AuthoritySetup,
  type RunningAuthority,
  startAuthority,
} from '../time/test-support/authority.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { signerOf } from './two-sides.ts';

/** The case owner has the log's key and her own; the respondent has his. */
export const OWNER: Actor = { party: 'ada', signer: signerOf('example.org/ada', 1) };
export const RESPONDENT: Actor = { party: 'bob', signer: signerOf('example.org/bob', 2) };
export const LOG_KEY: ReturnType<typeof signerOf> = signerOf('example.org/log', 100);
/** A log of the owner's that nobody knows yet. */
export const OTHER_LOG_KEY: ReturnType<typeof signerOf> = signerOf('example.org/other-log', 101);

export const SOFTWARE = 'a test';

export interface WorldWitness {
  readonly name: string;
  /** Verifier key, as it stands in a policy. */
  readonly key: string;
  readonly url: string;
}

export interface Opening {
  readonly witnesses?: readonly WorldWitness[];
  readonly authorities?: readonly RunningAuthority[];
  readonly log?: typeof LOG_KEY;
}

/** Everyone who takes part, on one clock that tests set; no network but loopback. */
export interface World {
  readonly folder: string;
  /** Of everyone's clock at once; each step of a case takes a minute. */
  setClock(at: string): void;
  now(): Date;
  startWitness(name: string, seed: number): Promise<WorldWitness>;
  startAuthority(setup: AuthoritySetup): Promise<RunningAuthority>;
  /** Opens a new case of two exhibits in a folder of this name. */
  openCase(name: string, opening: Opening): Promise<CaseFolder>;
  /** Copies a case folder as it is and opens the copy with the log's key. */
  copyCase(of: CaseFolder, name: string): Promise<CaseFolder>;
  /** Asks all witnesses and authorities of the case; what they do not give is `missing`. */
  vouch(of: CaseFolder): Promise<readonly VouchResult[]>;
  /** Seals, with vouchers where they are given, and returns the archive. */
  seal(of: CaseFolder): Promise<string>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const { path: folder, remove } = await temporaryFolder();
  let clock = Date.parse('2030-05-04T09:00:00Z');
  const now = (): Date => new Date(clock);
  const step = (): Date => {
    clock += 60_000;
    for (const each of authorities) each.setClock(now());
    return now();
  };
  const authorities: RunningAuthority[] = [];
  const closers: (() => Promise<void>)[] = [];
  const cases: CaseFolder[] = [];
  let bundles = 0;
  const open = async (path: string, logSigner: typeof LOG_KEY): Promise<CaseFolder> => {
    const of = await openCase(path, { now: step, logSigner });
    cases.push(of);
    return of;
  };
  const vouch = (of: CaseFolder) => gatherVouchers(of, { askWitness });
  return {
    folder,
    now,
    vouch,
    setClock(at) {
      clock = Date.parse(at);
      for (const each of authorities) each.setClock(now());
    },
    async startWitness(name, seed) {
      const witness = await openWitness({
        stateFile: join(folder, `witness-${seed}`, 'state.json'),
        signer: signerOf(name, seed),
        logKeys: [LOG_KEY.vkey, OTHER_LOG_KEY.vkey],
        now,
      });
      const server = await serveWitness({ witness });
      closers.push(server.close, () => witness.close());
      return { name, key: formatNoteKey(witness.key), url: server.url };
    },
    async startAuthority(setup) {
      const authority = await startAuthority(setup);
      authority.setClock(now());
      authorities.push(authority);
      closers.push(authority.close);
      return authority;
    },
    async openCase(name, opening) {
      const { log = LOG_KEY } = opening;
      const path = join(folder, name);
      await makeCase(path, opening, log, step);
      const of = await open(path, log);
      for (const letter of ['a', 'b']) await exhibit(of, join(folder, `model-${letter}`), letter);
      return of;
    },
    async copyCase(of, name) {
      const path = join(folder, name);
      await cp(of.folder, path, { recursive: true, filter: (from) => !/\/\.writer/.test(from) });
      return open(path, LOG_KEY);
    },
    async seal(of) {
      const out = join(folder, `bundle-${++bundles}.zip`);
      await sealCase(of, OWNER, {
        out,
        withheld: [],
        software: SOFTWARE,
        tags: [],
        now: step,
        vouch: async (each) => void (await vouch(each)),
      });
      return out;
    },
    async stop() {
      for (const of of cases) await of.close();
      for (const close of closers) await close();
      await remove();
    },
  };
}

const askWitness: AskWitness = async (of, { key, url }) => {
  const [cosignature] = await submitToWitness(of.writer!, { url, keys: [parseNoteKey(nodePlatform, key)] });
  return { at: new Date(cosignature!.time * 1000).toISOString() };
};

async function makeCase(
  path: string,
  { witnesses = [], authorities = [] }: Opening,
  log: typeof LOG_KEY,
  now: () => Date,
): Promise<void> {
  const party = ({ party: id, signer }: Actor) => ({ id, name: id, key: signer.vkey });
  await newCase(
    path,
    {
      id: 'case-1',
      title: 'Does B descend from A?',
      question: 'weights',
      propositions: { h1: 'B descends from A.', h2: 'B was trained apart from A.' },
      parties: [
        { ...party(OWNER), side: 'claimant', roles: ['custodian', 'examiner'] },
        { ...party(RESPONDENT), side: 'respondent', roles: ['custodian', 'examiner'] },
      ],
      timeZone: 'UTC',
      deadlines: [],
      witnesses,
      authorities: authorities.map(({ settings: { name, url, roots } }) => ({ name, url, rootsPem: roots })),
    },
    { log, opener: OWNER },
    now,
  );
}

async function exhibit(of: CaseFolder, path: string, letter: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'weights.bin'), `weights of ${letter}\n`);
  await addExhibit(of, OWNER, {
    path,
    kind: 'model',
    name: `model ${letter}`,
    origin: 'handed over on a disk',
    handedOverBy: 'Bob',
    receivedAt: '2030-05-01T10:00:00Z',
  });
}
