import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Actor,
  addExhibit,
  type CaseFolder,
  generateSeed,
  newCase,
  openCase,
  registerPlan,
  type Signer,
  seedSigner,
} from '@filiation/evidence';
import { weightsKind } from '../case/weights-kind.ts';
import { example } from '../e2e/run-cli.ts';
import type { Terminal } from '../io/terminal.ts';

/** Quick tests, one of which draws at random. */
const TESTS = ['weights.identity', 'weights.neuron-order', 'weights.match'];

export interface WeightsCase {
  readonly of: CaseFolder;
  readonly actor: Actor;
}

/** A case on two example models, as far as its plan; its keys are made of nothing and kept nowhere. */
export async function weightsCase(folder: string, seed: string, reference = false): Promise<WeightsCase> {
  const now = (): Date => new Date('2026-06-01T12:00:00Z');
  const log: Signer = seedSigner('filiation-case/weights', generateSeed('filiation-case/weights').seed);
  const actor: Actor = { party: 'ada', signer: seedSigner('ada', generateSeed('ada').seed) };
  await mkdir(dirname(folder), { recursive: true });
  await newCase(
    folder,
    {
      id: 'weights',
      title: 'Does B descend from A?',
      question: 'weights',
      propositions: { h1: 'B descends from A.', h2: 'B was trained independently of A.' },
      parties: [{ id: 'ada', name: 'Ada', side: 'neutral', roles: ['neutral'], key: actor.signer.vkey }],
      timeZone: 'UTC',
      deadlines: [],
      witnesses: [],
      authorities: [],
    },
    { log, opener: actor },
    now,
  );
  const of = await openCase(folder, { now, logSigner: log });
  const taken = {
    kind: 'model',
    origin: 'an example',
    handedOverBy: 'Ada',
    receivedAt: '2026-06-01T12:00:00Z',
  } as const;
  await addExhibit(of, actor, { path: example('base_A'), ...taken });
  const subject = `${folder}-subject`;
  await cp(example('A_permuted'), join(subject, 'A_permuted'), { recursive: true });
  await addExhibit(of, actor, { path: join(subject, 'A_permuted'), ...taken, reference });
  const exhibit = (role: 'reference' | 'subject', number: string) => ({
    role,
    exhibit: number,
    sha256: of.state.exhibits.get(number)!.sha256,
  });
  await registerPlan(of, actor, {
    comparisons: [
      {
        title: 'B against A',
        kind: 'weights',
        exhibits: [exhibit('reference', 'E1'), exhibit('subject', 'E2')],
        tests: weightsKind.tests.filter(({ id }) => TESTS.includes(id)),
        parameters: weightsKind.defaultParameters(),
      },
    ],
    opinion: weightsKind.defaultRule(TESTS),
    errorBudget: { alpha: weightsKind.defaultAlpha, across: 'holm' },
    seed: { source: 'stated', value: seed },
    stopping: 'each test once',
    exclusions: 'none',
    software: weightsKind.software,
  });
  return { of, actor };
}

/** A terminal that keeps quiet. */
export const QUIET: Terminal = {
  meter: { update: () => undefined, end: () => undefined },
  width: 100,
  colour: false,
  say: () => undefined,
};
