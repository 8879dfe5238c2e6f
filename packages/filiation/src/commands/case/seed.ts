import { join } from 'node:path';
import {
  chooseBeacon,
  commitSeed,
  FiliationError,
  generateSeedValue,
  giveBeaconValue,
  readSeedValue,
  revealSeed,
  settleSeed,
} from '@filiation/evidence';
import { nextNumber } from '@filiation/verify';
import { Command } from 'commander';
import { act } from '../../case/act.ts';
import { type ActorOptions, addActorOptions, passphraseSources, type Session } from '../../case/session.ts';
import { wholeNumber } from '../options.ts';

interface BeaconOptions extends ActorOptions {
  readonly name: string;
  readonly round: number;
  readonly at: string;
}

/** Joint seeds: both sides commit, both reveal, everybody computes the result. */
export function seedCommand(): Command {
  const command = new Command('seed').description(
    'Draw a seed that neither side can choose: both commit, then both reveal',
  );
  for (const each of [commitCommand(), revealCommand(), beaconCommand(), valueCommand(), resultCommand()])
    command.addCommand(each);
  return command;
}

function commitCommand(): Command {
  return step('commit', 'Draw 32 random bytes, keep them encrypted in keys/, and log their digest')
    .argument('[seed]', 'a seed that the other side began, such as S1; a new one by default')
    .action((folder: string, seed: string | undefined, options: ActorOptions) =>
      act(folder, options, async ({ of, actor }) => {
        const number = seed ?? nextNumber(of.state, 'S');
        refuseUnfit(of.state.seeds.get(number)?.steps ?? [], number, actor.party);
        const file = valuePath(folder, number, actor.party);
        const value = await generateSeedValue(file, labelOf(of, number), passphraseSources(options));
        await commitSeed(of, actor, value, number).finally(() => value.wipe());
        return {
          value: { seed: number, step: 'commit', file },
          text: `${number}: committed. The value lies encrypted in ${file}; reveal it once the other side has committed too: filiation case seed reveal ${folder} ${number}`,
        };
      }),
    );
}

function revealCommand(): Command {
  return step('reveal', 'Log the value that was committed to, once both sides have committed')
    .argument('<seed>', 'the seed, such as S1')
    .action((folder: string, seed: string, options: ActorOptions) =>
      act(folder, options, async ({ of, actor }) => {
        const file = valuePath(folder, seed, actor.party);
        const value = await readSeedValue(file, labelOf(of, seed), passphraseSources(options));
        await revealSeed(of, actor, seed, value).finally(() => value.wipe());
        return {
          value: { seed, step: 'reveal' },
          text: `${seed}: revealed. Once both sides have, settle it: filiation case seed result ${folder} ${seed}`,
        };
      }),
    );
}

function beaconCommand(): Command {
  return step('beacon', 'Name the round of a public beacon, before it comes, to be mixed in or used alone')
    .argument('[seed]', 'the seed, such as S1; a new one by default')
    .requiredOption('--name <text>', 'which beacon, so that anybody finds it')
    .requiredOption('--round <n>', 'its round', wholeNumber(0))
    .requiredOption('--at <time>', 'when the round comes (RFC 3339, UTC); must lie in the future')
    .action((folder: string, seed: string | undefined, options: BeaconOptions) =>
      act(folder, options, async ({ of, actor }) => {
        const beacon = { name: options.name, round: options.round, at: options.at };
        const number = await chooseBeacon(of, actor, beacon, seed);
        return {
          value: { seed: number, step: 'beacon-choice', beacon },
          text: `${number}: round ${beacon.round} of ${beacon.name} at ${beacon.at}. Log its value then: filiation case seed value ${folder} ${number} --value HEX`,
        };
      }),
    );
}

function valueCommand(): Command {
  return step('value', 'Log what the beacon gave in the round that was named')
    .argument('<seed>', 'the seed, such as S1')
    .requiredOption('--value <hex>', 'the value, lower-case hex')
    .action((folder: string, seed: string, options: ActorOptions & { readonly value: string }) =>
      act(folder, options, async ({ of, actor }) => {
        await giveBeaconValue(of, actor, seed, options.value);
        return { value: { seed, step: 'beacon-value' }, text: `${seed}: the value of the beacon is logged.` };
      }),
    );
}

function resultCommand(): Command {
  return step(
    'result',
    'Compute the seed from what was revealed and log it; every verifier computes it again',
  )
    .argument('<seed>', 'the seed, such as S1')
    .action((folder: string, seed: string, options: ActorOptions) =>
      act(folder, options, async ({ of, actor }) => {
        const value = await settleSeed(of, actor, seed);
        return { value: { seed, step: 'result', value }, text: `${seed} is ${value}` };
      }),
    );
}

function step(name: string, description: string): Command {
  return addActorOptions(new Command(name).description(description).argument('<folder>', 'the case'));
}

/** Before a value is drawn and kept: would the rules take its commitment? */
function refuseUnfit(
  steps: readonly { readonly claim: { readonly actor: string; readonly step: string } }[],
  seed: string,
  party: string,
): void {
  const own = steps.some(({ claim }) => claim.actor === party && claim.step === 'commit');
  const late = steps.some(({ claim }) => claim.step === 'reveal');
  if (own || late)
    throw new FiliationError(
      'CONFLICT',
      own ? `${party} has committed to a value of ${seed} already` : `a value of ${seed} is revealed already`,
      { hint: 'begin another seed by leaving its number out' },
    );
}

function valuePath(folder: string, seed: string, party: string): string {
  return join(folder, 'keys', `seed-${seed}-${party}.json`);
}

function labelOf(of: Session['of'], seed: string): string {
  return `${of.settings.case} ${seed}`;
}
