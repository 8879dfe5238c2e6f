import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  type Actor,
  addExhibit,
  type CaseFolder,
  commitSeed,
  draft,
  exportWitnessRequest,
  generateKey,
  importCosignature,
  keyFileSigner,
  newCase,
  openCase,
  openWitness,
  registerOpinions,
  registerPlan,
  registerReply,
  revealSeed,
  Secret,
  type Signer,
  sealCase,
  settleSeed,
  type Witness,
  witnessKey,
} from '@filiation/evidence';
import { formatNoteKey, type PlannedExhibit } from '@filiation/verify';
import { SOFTWARE } from '@filiation/weights';
import { issueReport } from '../case/report-case.ts';
import { runPlan } from '../case/run-plan.ts';
import { keyPath } from '../case/session.ts';
import { verifierFiles } from '../case/verifier-files.ts';
import { weightsKind } from '../case/weights-kind.ts';
import type { Terminal } from '../io/terminal.ts';

/** The keys of the demo protect nothing; anyone may go on with its case. */
export const DEMO_PASSPHRASE = 'filiation demo';
/** Cheaper than for real keys, so that the demo is quick. */
const SCRYPT = { n: 2 ** 15, r: 8, p: 1 };

export const REFERENCE = 'base_A';
/** The models in question and what each truly is, as the examples' LINEAGE.json has it. */
export const SUBJECTS = [
  { name: 'A_ft', truth: 'a true child: fine-tuned from base_A' },
  { name: 'A_permuted', truth: 'a disguised child: units, heads and channels of base_A shuffled' },
  { name: 'base_B', truth: 'an innocent look-alike: same architecture and data, own start' },
] as const;
const CONTROL = 'S_plain';

/** Everything that acts in the demo's case. */
export interface DemoCase {
  readonly of: CaseFolder;
  readonly alder: Actor;
  readonly birch: Actor;
  readonly witness: Witness;
  close(): Promise<void>;
}

async function newSigner(path: string, name: string): Promise<Signer> {
  const sources = { environment: { FILIATION_PASSPHRASE: DEMO_PASSPHRASE } };
  await generateKey(path, name, sources, { cost: SCRYPT });
  return keyFileSigner(path, sources);
}

/** Two laboratories and a registry that witnesses the log. */
export async function openDemoCase(folder: string, now: () => Date): Promise<DemoCase> {
  const log = await newSigner(keyPath(folder, 'log'), 'filiation-case/demo');
  const alder: Actor = { party: 'alder', signer: await newSigner(keyPath(folder, 'alder'), 'demo/alder') };
  const birch: Actor = { party: 'birch', signer: await newSigner(keyPath(folder, 'birch'), 'demo/birch') };
  const registrar = await newSigner(keyPath(folder, 'registry'), 'demo/registry');
  const key = formatNoteKey(witnessKey(registrar));
  await newCase(
    folder,
    {
      id: 'demo',
      title: 'Alder Laboratory and Birch Laboratory',
      question: 'weights',
      propositions: {
        h1: 'The weights of the model in question descend from those of base_A: they were obtained by a process that started from them.',
        h2: 'The model in question was initialised and trained independently of base_A.',
      },
      parties: [
        {
          id: 'alder',
          name: 'Alder Laboratory',
          side: 'claimant',
          roles: ['custodian', 'examiner'],
          key: alder.signer.vkey,
        },
        {
          id: 'birch',
          name: 'Birch Laboratory',
          side: 'respondent',
          roles: ['custodian'],
          key: birch.signer.vkey,
        },
        { id: 'registry', name: 'The registry', side: 'neutral', roles: ['witness'] },
      ],
      timeZone: 'UTC',
      deadlines: [],
      witnesses: [{ name: 'registry', key }],
      authorities: [],
    },
    { log, opener: alder },
    now,
  );
  const of = await openCase(folder, { now, logSigner: log });
  const witness = await openWitness({
    stateFile: join(folder, 'keys', 'registry', 'seen.json'),
    signer: registrar,
    logKeys: [log.vkey],
    now,
  });
  return {
    of,
    alder,
    birch,
    witness,
    async close() {
      await witness.close();
      await of.close();
    },
  };
}

/** The registry sees the log as it stands and cosigns it, if it continues what the registry saw before. */
export async function cosign({ of, witness }: DemoCase): Promise<void> {
  const before = witness.latest(of.settings.origin)?.size ?? 0;
  const answer = await witness.cosign(await exportWitnessRequest(of.log, before));
  await importCosignature(of.writer!, answer, [witness.key]);
}

/** Numbers of the exhibits by name. */
export async function takeIn(
  demo: DemoCase,
  models: string,
  now: () => Date,
): Promise<ReadonlyMap<string, string>> {
  const numbers = new Map<string, string>();
  const add = async (name: string, actor: Actor, handedOverBy: string): Promise<void> => {
    const number = await addExhibit(demo.of, actor, {
      path: join(models, name),
      kind: 'model',
      origin: 'the example models of Filiation, of known parentage',
      handedOverBy,
      receivedAt: `${now().toISOString().slice(0, 19)}Z`,
    });
    numbers.set(name, number);
  };
  await add(REFERENCE, demo.alder, 'Alder Laboratory');
  for (const { name } of SUBJECTS) await add(name, demo.birch, 'Birch Laboratory');
  await add(CONTROL, demo.alder, 'a third laboratory');
  // What Birch says of one of its models; the tests will set it against what they find.
  const [name, exhibit] = ['A_permuted', numbers.get('A_permuted')!];
  const { sha256 } = demo.of.state.exhibits.get(exhibit)!;
  await demo.of.add(demo.birch, [
    draft('declaration', [{ name, digest: { sha256 } }], {
      exhibit,
      ancestors: [],
      completeness: 'none',
      basis: 'party',
    }),
  ]);
  return numbers;
}

/** The demo's two halves of the seed; real ones are drawn at random. */
function halfSeed(party: string): Secret {
  return new Secret(Uint8Array.from(createHash('sha256').update(`demo ${party}`).digest()));
}

/** Before anything is planned each side commits to its half of the seed. */
export async function commitSeeds(demo: DemoCase): Promise<string> {
  const seed = await commitSeed(demo.of, demo.alder, halfSeed('alder'));
  return commitSeed(demo.of, demo.birch, halfSeed('birch'), seed);
}

/** Once the plan is fixed both halves are revealed. */
export async function revealSeeds(demo: DemoCase, seed: string): Promise<void> {
  await revealSeed(demo.of, demo.alder, seed, halfSeed('alder'));
  await revealSeed(demo.of, demo.birch, seed, halfSeed('birch'));
  await settleSeed(demo.of, demo.alder, seed);
}

export async function plan(
  demo: DemoCase,
  numbers: ReadonlyMap<string, string>,
  seed: string,
): Promise<string> {
  const planned = (role: PlannedExhibit['role'], name: string): PlannedExhibit => {
    const exhibit = numbers.get(name)!;
    return { role, exhibit, sha256: demo.of.state.exhibits.get(exhibit)!.sha256 };
  };
  const number = await registerPlan(demo.of, demo.alder, {
    comparisons: SUBJECTS.map(({ name }) => ({
      title: `${name} (${numbers.get(name)}) against ${REFERENCE} (${numbers.get(REFERENCE)})`,
      kind: weightsKind.kind,
      exhibits: [planned('reference', REFERENCE), planned('subject', name), planned('control', CONTROL)],
      tests: weightsKind.tests,
      parameters: weightsKind.defaultParameters(),
    })),
    opinion: weightsKind.defaultRule(weightsKind.tests.map((test) => test.id)),
    errorBudget: { alpha: weightsKind.defaultAlpha, across: 'holm' },
    seed: { source: 'joint', seed },
    stopping: 'Every planned test is run once on every comparison; there is no interim look.',
    exclusions: 'Nothing is left out.',
    software: SOFTWARE,
  });
  await cosign(demo);
  return number;
}

export async function run(demo: DemoCase, number: string, terminal: Terminal): Promise<void> {
  await runPlan(demo.of, demo.alder, { plan: number, exploratory: false, locations: new Map(), terminal });
}

export function judge(demo: DemoCase, number: string): ReturnType<typeof registerOpinions> {
  return registerOpinions(demo.of, demo.alder, {
    plan: number,
    cards: weightsKind.cards,
    reading: (comparison, findings) => weightsKind.reading(demo.of, comparison, findings),
  });
}

/** Birch answers the opinion on its disguised model; then Alder reports. */
export async function answerAndReport(demo: DemoCase, out: string, now: () => Date): Promise<void> {
  await registerReply(
    demo.of,
    demo.birch,
    {
      to: 'O2',
      position: 'disputed',
      ground: 'Birch says it trained this model from scratch and asks for its training records to be heard.',
    },
    now,
  );
  await issueReport(demo.of, demo.alder, { author: 'Alder Laboratory', now: now(), out });
}

export async function seal(demo: DemoCase, out: string, now: () => Date): Promise<void> {
  await sealCase(demo.of, demo.alder, {
    out,
    withheld: [],
    software: SOFTWARE,
    tags: verifierFiles(),
    now,
    vouch: () => cosign(demo),
  });
}
