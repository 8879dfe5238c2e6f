import { readFile } from 'node:fs/promises';
import {
  FiliationError,
  fileError,
  type JsonObject,
  type PlanInput,
  planOf,
  registerPlan,
} from '@filiation/evidence';
import { parseJson } from '@filiation/verify';
import { Command, Option } from 'commander';
import { kindOf } from '../../case/kinds.ts';
import { type ActorOptions, addActorOptions, openSession, type Session } from '../../case/session.ts';

import { vouch } from '../../case/vouch.ts';
import { openTerminal } from '../../io/terminal.ts';

const MAX_RULE_BYTES = 2 ** 20;

interface PlanOptions extends ActorOptions {
  readonly kind: string;
  readonly reference: string;
  readonly subject: readonly string[];
  readonly controls?: readonly string[];
  readonly candidates?: readonly string[];
  readonly tests?: readonly string[];
  readonly alpha?: string;
  readonly across: 'holm' | 'bonferroni' | 'none';
  readonly rule?: string;
  readonly parameters?: string;
  readonly seed?: string;
  readonly jointSeed?: string;
  readonly stopping: string;
  readonly exclusions: string;
  readonly notes?: string;
  readonly amends?: string;
  readonly reason?: string;
}

export function planCommand(): Command {
  const command = new Command('plan')
    .description('Fix what will be run and how it will be read, before anything is run')
    .argument('<folder>', 'the case')
    .option('--kind <name>', 'kind of evidence', 'weights')
    .requiredOption('--reference <exhibit>', 'the possible parent, such as E1')
    .requiredOption('--subject <exhibits...>', 'the models in question; each is compared with the reference')
    .option('--controls <exhibits...>', 'models known not to be related to the reference')
    .option('--candidates <exhibits...>', 'models that may have been merged into the subjects')
    .option('--tests <ids...>', 'tests to run; all of the kind by default')
    .option('--alpha <number>', 'error allowed over all comparisons together, a decimal')
    .addOption(
      new Option('--across <rule>', 'how the error is divided among comparisons')
        .choices(['holm', 'bonferroni', 'none'])
        .default('holm'),
    )
    .option('--rule <file>', 'JSON file with the rule for opinions; the rule of the kind by default')
    .option('--parameters <file>', 'JSON file with parameters that differ from the defaults')
    .option('--seed <text>', 'seed stated in the plan; the id of the case and plan by default')
    .option('--joint-seed <number>', 'take the seed from S1, S2…, drawn by both sides or a beacon')
    .option(
      '--stopping <text>',
      'stopping rule',
      'Every planned test is run once on every comparison; there is no interim look.',
    )
    .option('--exclusions <text>', 'what is left out, and by which rule', 'Nothing is left out.')
    .option('--notes <text>', 'remarks')
    .option('--amends <plan>', 'the plan that this one takes the place of')
    .option('--reason <text>', 'why it is amended');
  return addActorOptions(command).action(runPlan);
}

async function runPlan(folder: string, options: PlanOptions): Promise<void> {
  const session = await openSession(folder, options);
  try {
    const number = await registerPlan(session.of, session.actor, await planInput(session, options));
    await vouch(session.of, openTerminal());
    const { sha256 } = session.of.state.plans.get(number)!;
    const plan = await planOf(session.of, number);
    if (options.json === true)
      process.stdout.write(`${JSON.stringify({ plan: number, sha256, document: plan }, null, 2)}\n`);
    else {
      const lines = plan.comparisons.map(
        ({ comparison, title, tests }) => `  ${comparison}  ${title}: ${tests.length} tests`,
      );
      process.stdout.write(
        `${number} is logged; it can be amended but not edited.\n${lines.join('\n')}\n    sha256:${sha256}\nNext: filiation case run ${folder} --plan ${number}\n`,
      );
    }
  } finally {
    await session.close();
  }
}

/** The plan in full: every default is written into it. */
export async function planInput({ of }: Session, options: PlanOptions): Promise<PlanInput> {
  const kind = kindOf(options.kind);
  const planned = (role: 'reference' | 'subject' | 'control' | 'candidate') => (exhibit: string) => {
    const known = of.state.exhibits.get(exhibit);
    if (known === undefined)
      throw new FiliationError('NOT_FOUND', `there is no exhibit ${exhibit} in the case`, {
        hint: `the case has ${[...of.state.exhibits.keys()].join(', ') || 'none yet: filiation case add'}`,
      });
    return { role, exhibit, sha256: known.sha256 };
  };
  const ids = options.tests ?? kind.tests.map((test) => test.id);
  const tests = ids.map((id) => {
    const known = kind.tests.find((test) => test.id === id);
    if (known === undefined)
      throw new FiliationError('USAGE', `there is no test called ${id}`, {
        hint: `choose from ${kind.tests.map((test) => test.id).join(', ')}`,
      });
    return known;
  });
  const name = (exhibit: string): string => of.state.exhibits.get(exhibit)?.claim.name ?? exhibit;
  const parameters = { ...kind.defaultParameters(), ...(await jsonFile(options.parameters)) };
  return {
    comparisons: options.subject.map((subject) => ({
      title: `${name(subject)} (${subject}) against ${name(options.reference)} (${options.reference})`,
      kind: kind.kind,
      exhibits: [
        planned('reference')(options.reference),
        planned('subject')(subject),
        ...(options.controls ?? []).map(planned('control')),
        ...(options.candidates ?? []).map(planned('candidate')),
      ],
      tests,
      parameters,
    })),
    opinion: (await jsonFile(options.rule)) ?? kind.defaultRule(ids),
    errorBudget: { alpha: options.alpha ?? kind.defaultAlpha, across: options.across },
    seed:
      options.jointSeed === undefined
        ? { source: 'stated', value: options.seed ?? `${of.settings.case} P${of.state.plans.size + 1}` }
        : { source: 'joint', seed: options.jointSeed },
    stopping: options.stopping,
    exclusions: options.exclusions,
    software: kind.software,
    ...(options.notes === undefined ? {} : { notes: options.notes }),
    ...(options.amends === undefined ? {} : { amends: options.amends }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  };
}

async function jsonFile(path: string | undefined): Promise<JsonObject | undefined> {
  if (path === undefined) return undefined;
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  const value = parseJson(bytes, { limit: MAX_RULE_BYTES, where: path });
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new FiliationError('MALFORMED', `${path} holds no JSON object`, { where: path });
  return value as JsonObject;
}
