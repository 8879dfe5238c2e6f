import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatNoteKey, type PlannedExhibit, type RowPart } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { correctEntry, recordCustody, recordParty, rotateKey, setDeadline } from '../case/acts.ts';
import { type Actor, type CaseFolder, draft, openCase } from '../case/case-folder.ts';
import { commitmentOf, logOpening, logRedaction, logSketch, logWithheld } from '../case/disclosures.ts';
import { prepareBytes } from '../case/documents.ts';
import { addExhibit } from '../case/exhibits.ts';
import { newCase } from '../case/new-case.ts';
import { registerOpinions } from '../case/opinions.ts';
import { type PlanInput, registerPlan } from '../case/plans.ts';
import { registerReply } from '../case/replies.ts';
import { endRun, logFinding, startRun } from '../case/runs.ts';
import { sealCase } from '../case/seal.ts';
import { commitSeed, revealSeed, settleSeed } from '../case/seeds.ts';
import { archiveCheckpoint, checkpointImprint, keepToken } from '../case/vouching.ts';
import { commitParts, openParts, rowParts } from '../disclosure/commit-parts.ts';
import { redactRows } from '../disclosure/redact-rows.ts';
import { drawSketch } from '../disclosure/sketch.ts';
import type { FindingDocument } from '../finding.ts';
import { Secret } from '../keys/secret.ts';
import type { Signer } from '../keys/signer.ts';
import { openWitness, type Witness, witnessKey } from '../log/witness.ts';
import { exportWitnessRequest, importCosignature } from '../log/witness-exchange.ts';
import { memberOf } from '../seal/members.ts';
import { type LocalAuthority, makeAuthority } from '../time/test-support/authority.ts';
import { ACME, BOLT, NORA, signerOf } from './two-sides.ts';

const LOG = signerOf('example.org/log', 100);
/** Bolt's second key, and the party that joins later. */
const BOLT2: Actor = { party: 'bolt', signer: signerOf('example.org/bolt/2', 22) };
const EDDA: Actor = { party: 'edda', signer: signerOf('example.org/edda', 4) };
/** Whoever signs entries or the seal of the whole case. */
export const SIGNERS: readonly Signer[] = [ACME, BOLT, NORA, BOLT2, EDDA].map(({ signer }) => signer);

const TEST = { id: 'neuron-order', version: '1' };
const OTHER_TEST = { id: 'head-order', version: '1' };
const value = (byte: number): Secret => new Secret(new Uint8Array(32).fill(byte));

/**
 * A case that has one of everything a case can have, sealed with a witness and a time authority: six
 * exhibits (one withheld, one held back and partly disclosed), joint seeds, a plan and its amendment, runs,
 * findings, an opinion, a reply, a report, deadlines, custody, changed keys, a correction.
 * @returns the bytes of the sealed archive
 */
export async function sealWholeCase(folder: string): Promise<Uint8Array> {
  let at = Date.parse('2030-01-01T00:00:00Z');
  const now = (): Date => {
    at += 1000;
    return new Date(at);
  };
  const registrar = signerOf('registry.example', 5);
  const authority = makeAuthority({ name: 'clock' });
  await open(join(folder, 'case'), registrar, authority, now);
  const of = await openCase(join(folder, 'case'), { now, logSigner: LOG });
  const stateFile = join(folder, 'witness', 'seen.json');
  const witness = await openWitness({ stateFile, signer: registrar, logKeys: [LOG.vkey], now });
  const vouch = async (): Promise<void> => {
    await archiveCheckpoint(of);
    await cosign(of, witness);
    await keepToken(of, 'clock', of.size, authority.stamp(checkpointImprint(of), { at: now() }));
  };
  const out = join(folder, 'case.zip');
  try {
    await takeIn(of, folder);
    await disclose(of, join(folder, 'calls.jsonl'));
    await compare(of, vouch);
    await answer(of, now);
    await sealCase(of, ACME, {
      out,
      withheld: [{ exhibit: 'E4', ground: 'trade secret, order of 1 December' }],
      software: 'a test',
      tags: [
        memberOf('verify-by-hand.md', new TextEncoder().encode('# By hand\n')),
        memberOf('verifier/filiation-verify.mjs', new TextEncoder().encode('// a program\n')),
      ],
      now,
      vouch,
    });
  } finally {
    await witness.close();
    await of.close();
  }
  return new Uint8Array(await readFile(out));
}

async function open(folder: string, registrar: Signer, authority: LocalAuthority, now: () => Date) {
  const party = ({ party: id, signer }: Actor) => ({ id, name: id.toUpperCase(), key: signer.vkey });
  const witness = { name: 'registry', key: formatNoteKey(witnessKey(registrar)) };
  await newCase(
    folder,
    {
      id: 'case-1',
      title: 'One of everything',
      question: 'weights',
      propositions: { h1: 'One descends from the other.', h2: 'They were trained apart.' },
      parties: [
        { ...party(ACME), side: 'claimant', roles: ['custodian', 'examiner'] },
        { ...party(BOLT), side: 'respondent', roles: ['custodian', 'examiner'] },
        { ...party(NORA), side: 'neutral', roles: ['neutral'] },
        { id: 'court', name: 'The court', side: 'neutral', roles: ['tribunal'] },
      ],
      timeZone: 'UTC',
      deadlines: [{ number: 'D1', kind: 'report-by', due: '2030-03-01T12:00:00+01:00', source: 'order 1' }],
      witnesses: [witness],
      authorities: [{ name: 'clock', rootsPem: authority.rootPem }],
    },
    { log: LOG, opener: ACME },
    now,
  );
}

async function cosign(of: CaseFolder, witness: Witness): Promise<void> {
  const before = witness.latest(of.settings.origin)?.size ?? 0;
  const line = await witness.cosign(await exportWitnessRequest(of.log, before));
  await importCosignature(of.writer!, line, [witness.key]);
}

/** E1 to E4 are models, E5 a log that stays with its holder. */
async function takeIn(of: CaseFolder, folder: string): Promise<void> {
  for (const [at, actor] of [ACME, BOLT, ACME, BOLT].entries()) {
    const path = join(folder, `model-${at + 1}`);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'config.json'), `{"model":${at + 1}}\n`);
    await writeFile(join(path, 'weights.bin'), `weights of model ${at + 1}\n`);
    await addExhibit(of, actor, {
      path,
      kind: 'model',
      origin: 'made for a test',
      handedOverBy: actor.party,
      receivedAt: '2029-12-31T00:00:00Z',
    });
  }
  await recordCustody(of, BOLT, {
    exhibit: 'E2',
    from: 'bolt',
    to: 'nora',
    means: 'sealed disk',
    transferredAt: '2030-01-01T00:00:00Z',
    arrived: join(folder, 'model-2'),
  });
  const { sha256 } = of.state.exhibits.get('E2')!;
  await of.add(BOLT, [
    draft('declaration', [{ name: 'model-2', digest: { sha256 } }], {
      exhibit: 'E2',
      ancestors: [{ name: 'a public model', relation: 'fine-tune' }],
      completeness: 'partial',
      basis: 'party',
    }),
  ]);
}

async function drawSeed(of: CaseFolder, byte: number): Promise<string> {
  const seed = await commitSeed(of, ACME, value(byte));
  await commitSeed(of, BOLT, value(byte + 1), seed);
  await revealSeed(of, ACME, seed, value(byte));
  await revealSeed(of, BOLT, seed, value(byte + 1));
  await settleSeed(of, NORA, seed);
  return seed;
}

async function disclose(of: CaseFolder, path: string): Promise<void> {
  await writeFile(path, Array.from({ length: 6 }, (_, i) => `{"row":${i}}\n`).join(''));
  const parts: RowPart[] = [];
  for await (const part of rowParts(nodePlatform, createReadStream(path))) parts.push(part);
  const commitment = await commitParts({ hasher: nodePlatform, scope: 'E5', kind: 'rows' }, value(9), parts);
  await addExhibit(of, BOLT, {
    path,
    kind: 'log',
    origin: 'logs of the service',
    handedOverBy: 'bolt',
    receivedAt: '2029-12-31T00:00:00Z',
    commit: async () => commitment.record,
  });
  const { record } = commitment;
  const opening = await openParts(
    nodePlatform,
    commitment,
    [{ index: 3, item: parts[3]! }],
    () => 'personal',
  );
  await logOpening(of, BOLT, 'E5', opening, 'acme');
  const lines = redactRows(nodePlatform, commitment, createReadStream(path), {
    grounds: ['personal data'],
    hide: (index) => (index < 2 ? undefined : 0),
  });
  await logRedaction(of, BOLT, 'E5', { record, shown: 2, lines });
  await logWithheld(of, BOLT, 'E5', await commitmentOf(of, 'E5'), 'trade secret');
  const seed = await drawSeed(of, 1);
  const document = await drawSketch({
    tensors: [
      {
        name: 'mlp-up/0',
        elements: 4,
        bits: 32,
        read: async function* () {
          yield new Float32Array([1, 2, 3, 4]);
        },
      },
    ],
    seed: of.state.seeds.get(seed)!.value!,
    rows: 1,
    digits: 1,
    budget: { previous: [], fraction: 0.5 },
  });
  await logSketch(of, BOLT, 'E5', { commitment: record, seed, document });
}

/** Two plans, the second amending the first; a run of the second, and one that is exploratory. */
async function compare(of: CaseFolder, vouch: () => Promise<void>): Promise<void> {
  const role = (name: PlannedExhibit['role'], exhibit: string): PlannedExhibit => ({
    role: name,
    exhibit,
    sha256: of.state.exhibits.get(exhibit)!.sha256,
  });
  const exhibits = [role('reference', 'E1'), role('subject', 'E2'), role('control', 'E3')];
  const tests = [TEST, OTHER_TEST];
  const plan: PlanInput = {
    comparisons: [
      { title: 'E2 against E1', kind: 'weights', exhibits, tests, parameters: { permutations: 1000 } },
    ],
    opinion: { combine: 'primary', test: TEST.id, log10Alpha: -6 },
    errorBudget: { alpha: '0.000001', across: 'holm' },
    seed: { source: 'joint', seed: await drawSeed(of, 5) },
    stopping: 'Every test once.',
    exclusions: 'None.',
    software: 'a test',
  };
  await registerPlan(of, ACME, plan);
  await registerPlan(of, NORA, { ...plan, amends: 'P1', reason: 'a neutral runs it', notes: 'As ordered.' });
  await vouch();
  const finding: FindingDocument = {
    test: TEST,
    question: 'weights',
    exhibits: exhibits.map(({ role: as, exhibit, sha256 }) => ({
      role: as,
      name: exhibit,
      digest: `sha256:${sha256}`,
    })),
    status: 'tested',
    exactness: 'exact',
    log10P: -745.25,
    statistic: { name: 'kept', value: 352, n: 352 },
    alternatives: [{ explanation: 'chance', ruledOut: true }],
    parameters: {},
    summary: '352 of 352 neurons share their place',
    seed: of.state.seeds.get('S2')!.value!,
    exploratory: false,
    software: 'a test',
  };
  const run = await startRun(of, NORA, { plan: 'P2', exploratory: false, software: 'a test' });
  await logFinding(of, NORA, run, 'C1', finding);
  const log10LR = { value: 3.5, low: 3, high: 4, calibration: 'zoo' };
  const { log10P: _, ...calibrated } = { ...finding, test: OTHER_TEST, exactness: 'calibrated' as const };
  await logFinding(of, NORA, run, 'C1', { ...calibrated, log10LR });
  await endRun(of, NORA, run);
  const aside = await startRun(of, ACME, { exploratory: true, software: 'a test' });
  await logFinding(of, ACME, aside, undefined, { ...finding, exploratory: true, log10P: -3, seed: 'own' });
  await endRun(of, ACME, aside);
}

async function answer(of: CaseFolder, now: () => Date): Promise<void> {
  await registerOpinions(of, NORA, { plan: 'P2', cards: [] });
  await rotateKey(of, BOLT, BOLT2.signer.vkey, 'the old key was kept without a passphrase');
  await registerReply(of, BOLT2, { to: 'O1', position: 'disputed', ground: 'Chance was not weighed.' }, now);
  const edda = { id: 'edda', name: 'Edda', side: 'neutral', roles: ['examiner'] } as const;
  await recordParty(of, NORA, { ...edda, key: EDDA.signer.vkey });
  await setDeadline(of, NORA, {
    kind: 'reply-by',
    due: '2030-04-01T12:00:00Z',
    party: 'bolt',
    source: 'order 2',
    replaces: 'D1',
  });
  await correctEntry(of, BOLT2, 2, 'the model was received on the day before');
  const page = new TextEncoder().encode('<!doctype html><title>Report</title>\n');
  const report = prepareBytes(of.folder, 'reports', page, 'html');
  const issued = { report: 'T1', author: 'Edda', format: 'html' } as const;
  await of.add(EDDA, [draft('report', [report.subject], issued)], report.store);
}
