import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FiliationError, prepareOutput } from '@filiation/evidence';
import { verifyBundle } from '@filiation/verify';
import { nodePlatform, openBundleSource } from '@filiation/verify/node';
import { Command } from 'commander';
import {
  answerAndReport,
  commitSeeds,
  DEMO_PASSPHRASE,
  judge,
  openDemoCase,
  plan,
  REFERENCE,
  revealSeeds,
  run,
  SUBJECTS,
  seal,
  takeIn,
} from '../demo/story.ts';
import { tamper } from '../demo/tamper.ts';
import { openTerminal, type Terminal } from '../io/terminal.ts';
import { painter, wrapped } from '../view/terminal.ts';

interface DemoOptions {
  readonly out: string;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'A whole case on the example models: claim, plan, findings, report, seal, and a forgery caught',
    )
    .option('--out <folder>', 'where the case and its pages go', 'filiation-demo')
    .action(runDemo);
}

async function runDemo(options: DemoOptions): Promise<void> {
  const models = exampleModels();
  const out = (name: string): string => join(options.out, name);
  await prepareOutput(out('x'));
  const terminal = openTerminal();
  const now = (): Date => new Date();
  const tell = teller(terminal);
  const folder = out('case');
  await removeEarlier(folder);
  const demo = await openDemoCase(folder, now);
  try {
    tell(
      'Claim',
      `Alder Laboratory says that models of Birch Laboratory descend from its model ${REFERENCE}. Both sign what they do in one log; a registry witnesses it.`,
    );
    const numbers = await takeIn(demo, models, now);
    tell(
      'Exhibits',
      `${[...numbers].map(([name, number]) => `${number} ${name}`).join(', ')}: taken in, digested, logged. Birch declares that A_permuted was trained from scratch.`,
    );
    const seed = await commitSeeds(demo);
    const number = await plan(demo, numbers, seed);
    await revealSeeds(demo, seed);
    tell(
      'Plan',
      `${number} fixes tests, controls and levels for three comparisons. The registry sees it before anything is run; only then do both sides reveal their halves of the seed.`,
    );
    await run(demo, number, terminal);
    terminal.meter.end();
    tell('Run', `${demo.of.state.findings.size} findings, each logged as it came.`);
    const opinions = await judge(demo, number);
    for (const [at, { opinion }] of opinions.entries()) {
      const { name, truth } = SUBJECTS[at]!;
      tell(`${name}`, `(${truth}) ${opinion.sentence}`);
    }
    await answerAndReport(demo, out('report.html'), now);
    tell('Reply', 'Birch disputes the opinion on A_permuted; its answer stands beside it in the report.');
    await seal(demo, out('case.zip'), now);
    tell('Seal', `${demo.of.size} log entries, cosigned by the registry, sealed in ${out('case.zip')}.`);
    tell('Verified', await verdict(out('case.zip')));
    const finding = [...demo.of.state.findings.values()].find(
      (each) => each.claim.test.id === 'weights.neuron-order',
    );
    await tamper(out('case.zip'), finding!.sha256, finding!.claim.log10P!, '-0.5', out('tampered.zip'));
    tell(
      'Forgery',
      `A copy in which the p-value of ${finding!.claim.finding} was changed and every list of digests made anew: ${await verdict(out('tampered.zip'))}`,
    );
    process.stdout.write(
      `\nReport:  ${resolve(out('report.html'))}\nBundle:  ${resolve(out('case.zip'))}\nCase:    ${resolve(folder)} (its keys open with the passphrase "${DEMO_PASSPHRASE}")\n\nNext:    npx filiation verify ${out('case.zip')} --rerun\n`,
    );
  } finally {
    terminal.meter.end();
    await demo.close();
  }
}

/** One step of the story: a heading and what happened. */
function teller({ width, colour }: Terminal): (heading: string, text: string) => void {
  const paint = painter(colour);
  const indent = 12;
  return (heading, text) => {
    const [first = '', ...rest] = wrapped(text, width - indent, 12);
    const lines = [
      paint('bold', heading.padEnd(indent)) + first,
      ...rest.map((line) => ' '.repeat(indent) + line),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  };
}

/** What the verifier says, in one sentence. */
async function verdict(bundle: string): Promise<string> {
  const source = await openBundleSource(bundle);
  try {
    const { report } = await verifyBundle(source, { platform: nodePlatform });
    const passed = Object.values(report.passed).reduce((sum, each) => sum + each, 0);
    const failed = report.checks.filter((check) => check.status === 'failed');
    if (failed.length === 0) return `passed: ${passed} checks, none failed.`;
    return `FAILED: ${failed.map((check) => `${check.part} ${check.detail}`).join('; ')}.`;
  } finally {
    await source.close();
  }
}

/** A demo run again begins anew; anything else in the folder is somebody's work. */
async function removeEarlier(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  if (!existsSync(join(folder, 'keys', 'registry')))
    throw new FiliationError('CONFLICT', `${folder} exists and is no earlier demo`, {
      where: folder,
      hint: 'choose another place with --out',
    });
  await rm(folder, { recursive: true });
}

/** The examples lie in the clone, above this package. */
function exampleModels(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'examples', 'models'))) {
    if (folder === dirname(folder))
      throw new FiliationError('NOT_FOUND', 'the example models are not beside this program', {
        hint: 'run the demo from a clone of the repository',
      });
    folder = dirname(folder);
  }
  return join(folder, 'examples', 'models');
}
