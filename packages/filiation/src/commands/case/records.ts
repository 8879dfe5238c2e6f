import { correctEntry, recordParty, setDeadline } from '@filiation/evidence';
import { Command } from 'commander';
import { act } from '../../case/act.ts';
import { parseDeadline, parseParty } from '../../case/party-text.ts';
import { type ActorOptions, addActorOptions } from '../../case/session.ts';
import { wholeNumber } from '../options.ts';

/** Commands that log one short record each: who joins, what is due, what was wrong. */
export function recordCommands(): readonly Command[] {
  return [partyCommand(), deadlineCommand(), correctCommand()];
}

function partyCommand(): Command {
  const command = new Command('party')
    .description('Log that a party joins, or that its roles change')
    .argument('<folder>', 'the case')
    .requiredOption('--party <text>', 'ID=NAME;SIDE;ROLES[;KEY]');
  return addActorOptions(command).action(
    (folder: string, options: ActorOptions & { readonly party: string }) =>
      act(folder, options, async ({ of, actor }) => {
        const party = parseParty(options.party);
        const known = of.state.parties.has(party.id);
        await recordParty(of, actor, party);
        const roles = party.roles.join(', ');
        const text = known
          ? `${party.id} now has the roles ${roles}.`
          : `${party.id} (${party.name}, ${party.side}) joins as ${roles}.`;
        return { value: { party: of.state.parties.get(party.id) }, text };
      }),
  );
}

function deadlineCommand(): Command {
  const command = new Command('deadline')
    .description('Log a deadline, or move one')
    .argument('<folder>', 'the case')
    .argument('<deadline>', 'KIND=TIME;SOURCE[;PARTY]')
    .option('--replaces <number>', 'the deadline that it moves, such as D1');
  return addActorOptions(command).action(
    (folder: string, text: string, options: ActorOptions & { readonly replaces?: string }) =>
      act(folder, options, async ({ of, actor }) => {
        const { number: _none, ...deadline } = parseDeadline(text, 'D1', of.state.opening!.claim.timeZone);
        const { replaces } = options;
        const number = await setDeadline(of, actor, {
          ...deadline,
          ...(replaces === undefined ? {} : { replaces }),
        });
        const moves = replaces === undefined ? '' : `, in place of ${replaces}`;
        return {
          value: { number, ...deadline, ...(replaces === undefined ? {} : { replaces }) },
          text: `${number}: ${deadline.kind} ${deadline.due}${moves} (${deadline.source}).`,
        };
      }),
  );
}

function correctCommand(): Command {
  const command = new Command('correct')
    .description('Log what was wrong with an earlier entry; the entry itself stays as it is')
    .argument('<folder>', 'the case')
    .requiredOption('--entry <n>', 'index of the entry, as case log shows it', wholeNumber(0))
    .requiredOption('--reason <text>', 'what was wrong, and what is right');
  return addActorOptions(command).action(
    (folder: string, options: ActorOptions & { readonly entry: number; readonly reason: string }) =>
      act(folder, options, async ({ of, actor }) => {
        const { entry, reason } = options;
        await correctEntry(of, actor, entry, reason);
        return { value: { corrects: entry, reason }, text: `Entry ${entry} is corrected: ${reason}` };
      }),
  );
}
