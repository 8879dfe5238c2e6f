import { registerOpinions } from '@filiation/evidence';
import { Command } from 'commander';
import { CASE_KINDS, kindOf } from '../../case/kinds.ts';
import { type ActorOptions, addActorOptions, openSession } from '../../case/session.ts';
import { openTerminal } from '../../io/terminal.ts';
import { OUTCOME_WORDS } from '../../view/report/report-words.ts';
import { wrapped } from '../../view/terminal.ts';

interface OpinionOptions extends ActorOptions {
  readonly plan: string;
}

export function opinionCommand(): Command {
  const command = new Command('opinion')
    .description('Combine the findings of a plan by the rule of the plan, one opinion for each comparison')
    .argument('<folder>', 'the case')
    .requiredOption('--plan <number>', 'the plan, such as P1');
  return addActorOptions(command).action(runOpinion);
}

async function runOpinion(folder: string, options: OpinionOptions): Promise<void> {
  const session = await openSession(folder, options);
  const terminal = openTerminal();
  try {
    const opinions = await registerOpinions(session.of, session.actor, {
      plan: options.plan,
      cards: CASE_KINDS.flatMap((kind) => kind.cards),
      reading: (comparison, findings) => kindOf(comparison.kind).reading(session.of, comparison, findings),
    });
    if (options.json === true) process.stdout.write(`${JSON.stringify({ opinions }, null, 2)}\n`);
    else
      process.stdout.write(
        `${opinions.map((each) => opinionText(each, terminal.width)).join('\n')}\nNext: filiation case report ${folder}\n`,
      );
  } finally {
    await session.close();
  }
}

function opinionText(
  { number, comparison, opinion }: Awaited<ReturnType<typeof registerOpinions>>[number],
  width: number,
): string {
  const lines = [opinion.sentence, opinion.caution].flatMap((text) => wrapped(text, width - 2, 40));
  const heading = `${number} on ${comparison}: ${OUTCOME_WORDS[opinion.outcome].toLowerCase()}`;
  return `${heading}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
