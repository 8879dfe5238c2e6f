import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Actor,
  addExhibit,
  archiveCheckpoint,
  type CaseFolder,
  endRun,
  type FindingDocument,
  generateSeed,
  keepToken,
  logFinding,
  memberOf,
  newCase,
  openCase,
  registerPlan,
  registerReply,
  type Signer,
  sealCase,
  seedSigner,
  startRun,
} from '@filiation/evidence';
import {
  formatNoteKey,
  formatNoteSignature,
  type NoteKey,
  noteKey,
  noteMessage,
  noteSignature,
  parseNote,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { makeOpensslAuthority, type OpensslAuthority } from './openssl-authority.ts';

export interface SealedCaseOptions {
  /** A witness that cosigns before the run and at the end. */
  readonly witness?: boolean;
  /** A time authority made with openssl that stamps before the run and at the end. */
  readonly authority?: boolean;
  /** Title of the case and name of the first exhibit: what a hostile party may write. */
  readonly title?: string;
  readonly exhibitName?: string;
  /** Further exhibits, one log entry each. */
  readonly more?: number;
  /** What stands beside the payload. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface SealedCase {
  /** The archive. */
  readonly path: string;
  /** The case folder that was sealed. */
  readonly folder: string;
  /** Checkpoint of the log before the run, as a party would have kept it. */
  readonly seen: Uint8Array;
  readonly entries: number;
}

/** A whole small case, sealed: two exhibits, one withheld, a plan, a run, two findings, a reply. */
export async function sealedCase(folder: string, options: SealedCaseOptions = {}): Promise<SealedCase> {
  const { title = 'Does B descend from A?', exhibitName = 'model A', more = 0 } = options;
  const now = (): Date => new Date();
  const log = newSigner('filiation-case/test');
  const ada = { party: 'ada', signer: newSigner('filiation-case/test/ada') };
  const bob = { party: 'bob', signer: newSigner('filiation-case/test/bob') };
  const witness = options.witness === true ? newWitness('witness.example') : undefined;
  const authority = options.authority === true ? makeOpensslAuthority(join(folder, 'tsa')) : undefined;
  const caseFolder = join(folder, 'case');
  await newCase(
    caseFolder,
    {
      id: 'test',
      title,
      question: 'weights',
      propositions: { h1: 'B descends from A.', h2: 'B was trained independently of A.' },
      parties: [
        { id: 'ada', name: 'Ada', side: 'neutral', roles: ['neutral', 'examiner'], key: ada.signer.vkey },
        { id: 'bob', name: 'Bob', side: 'respondent', roles: ['custodian'], key: bob.signer.vkey },
      ],
      timeZone: 'UTC',
      deadlines: [],
      witnesses: witness === undefined ? [] : [{ name: witness.key.name, key: formatNoteKey(witness.key) }],
      authorities: authority === undefined ? [] : [{ name: 'clock', rootsPem: authority.rootPem }],
    },
    { log, opener: ada },
    now,
  );
  const of = await openCase(caseFolder, { now, logSigner: log });
  try {
    const vouch = async (): Promise<void> => {
      await archiveCheckpoint(of);
      if (witness !== undefined) await cosign(of, witness);
      if (authority !== undefined) await stamp(of, authority);
    };
    const path = join(folder, 'case.zip');
    const seen = await fill(of, { ada, bob, folder, exhibitName, more, vouch });
    await sealCase(of, ada, {
      out: path,
      withheld: [{ exhibit: 'E2', ground: 'trade secret, order of 1 December' }],
      software: 'filiation test',
      tags: Object.entries(options.tags ?? {}).map(([name, text]) =>
        memberOf(name, new TextEncoder().encode(text)),
      ),
      now,
      vouch,
    });
    return { path, folder: caseFolder, seen, entries: of.size };
  } finally {
    await of.close();
  }
}

interface Filling {
  readonly ada: Actor;
  readonly bob: Actor;
  readonly folder: string;
  readonly exhibitName: string;
  readonly more: number;
  readonly vouch: () => Promise<void>;
}

async function fill(of: CaseFolder, filling: Filling): Promise<Uint8Array> {
  const { ada, bob, folder, more, vouch } = filling;
  const exhibit = async (file: string, name: string): Promise<void> => {
    const path = join(folder, file);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'weights.bin'), `weights of ${file}\n`);
    await addExhibit(of, ada, {
      path,
      kind: 'model',
      name,
      origin: 'handed over on a disk',
      handedOverBy: 'Bob',
      receivedAt: '2026-05-01T10:00:00Z',
    });
  };
  await exhibit('a', filling.exhibitName);
  await exhibit('b', 'model B');
  for (let at = 0; at < more; at++) await exhibit(`more-${at}`, `model ${at}`);
  const [reference, subject] = [of.state.exhibits.get('E1')!, of.state.exhibits.get('E2')!];
  const test = { id: 'neuron-order', version: '1' };
  const exhibits = [
    { role: 'reference' as const, exhibit: 'E1', sha256: reference.sha256 },
    { role: 'subject' as const, exhibit: 'E2', sha256: subject.sha256 },
  ];
  await registerPlan(of, ada, {
    comparisons: [{ title: 'B against A', kind: 'weights', exhibits, tests: [test], parameters: {} }],
    opinion: { combine: 'primary', test: test.id, log10Alpha: -6 },
    errorBudget: { alpha: '0.000001', across: 'holm' },
    seed: { source: 'stated', value: 'seed' },
    stopping: 'each test once',
    exclusions: 'none',
    software: 'filiation test',
  });
  await vouch();
  const seen = of.log.checkpoint;
  const finding: FindingDocument = {
    test,
    question: 'weights',
    exhibits: exhibits.map(({ role, exhibit: number, sha256 }) => ({
      role,
      name: number,
      digest: `sha256:${sha256}`,
    })),
    status: 'tested',
    exactness: 'exact',
    log10P: -745.25,
    alternatives: [],
    parameters: {},
    summary: '352 of 352 neurons share their place',
    seed: 'seed',
    exploratory: false,
    software: 'filiation test',
  };
  const run = await startRun(of, ada, { plan: 'P1', exploratory: false, software: 'filiation test' });
  await logFinding(of, ada, run, 'C1', finding);
  await endRun(of, ada, run);
  const aside = await startRun(of, ada, { exploratory: true, software: 'filiation test' });
  await logFinding(of, ada, aside, undefined, { ...finding, exploratory: true, log10P: -3 });
  await endRun(of, ada, aside);
  const ground = 'Both were initialised from one public checkpoint.';
  await registerReply(of, bob, { to: 'F1', position: 'disputed', ground }, () => new Date());
  return seen;
}

function newSigner(name: string): Signer {
  return seedSigner(name, generateSeed(name).seed);
}

interface Witness {
  readonly key: NoteKey;
  sign(message: Uint8Array): Uint8Array;
}

function newWitness(name: string): Witness {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  return {
    key: noteKey(nodePlatform, name, 'cosignature', raw),
    sign: (message) => Uint8Array.from(sign(null, message, privateKey)),
  };
}

async function cosign(of: CaseFolder, { key, sign: signature }: Witness): Promise<void> {
  const { text } = parseNote(of.log.checkpoint, 'the checkpoint');
  const time = Math.floor(Date.now() / 1000);
  const line = formatNoteSignature(
    noteSignature(key, signature(noteMessage('cosignature', text, time)), time),
  );
  const path = join(of.folder, 'log', 'checkpoints', String(of.size));
  await writeFile(path, `${await readFile(path, 'utf8')}${line}\n`);
}

async function stamp(of: CaseFolder, authority: OpensslAuthority): Promise<void> {
  const { text } = parseNote(of.log.checkpoint, 'the checkpoint');
  await keepToken(of, 'clock', of.size, authority.stamp(text));
}
