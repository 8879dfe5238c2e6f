import { existsSync } from 'node:fs';
import { generateKey, revokeKey, rotateKey } from '@filiation/evidence';
import { Command } from 'commander';
import { act } from '../../case/act.ts';
import { type ActorOptions, addActorOptions, keyPath, passphraseSources } from '../../case/session.ts';

/** Replacing and revoking keys of parties. The key of the log never changes: see the help text. */
export function keyCommand(): Command {
  return new Command('key')
    .description('Replace the key of a party, or revoke it')
    .addCommand(rotateCommand())
    .addCommand(revokeCommand())
    .addHelpText(
      'after',
      '\nThe key of the log itself cannot be replaced: it names the log in every checkpoint. Where it is lost or no longer safe, seal the case and go on in a new one that takes the bundle in as an exhibit.',
    );
}

function rotateCommand(): Command {
  const command = new Command('rotate')
    .description('Make a new key; the key that it replaces signs for it, and signs nothing after')
    .argument('<folder>', 'the case')
    .requiredOption('--reason <text>', 'why: yearly, a person left, the old one may be known')
    .option('--new-key <file>', 'where the new key is written; keys/PARTY-2.key.json in the case by default');
  return addActorOptions(command).action(
    (folder: string, options: ActorOptions & { readonly reason: string; readonly newKey?: string }) =>
      act(folder, options, async ({ of, actor }) => {
        const { party, signer } = actor;
        const count = freeNumber(folder, party);
        const file = options.newKey ?? keyPath(folder, `${party}-${count}`);
        const name = `${of.settings.origin}/${party}/${count}`;
        const { vkey } = await generateKey(file, name, passphraseSources(options));
        await rotateKey(of, actor, vkey, options.reason);
        return {
          value: { party, key: vkey, replaces: signer.vkey, file },
          text: `${party} signs with a new key from now on: ${vkey}\nIt lies encrypted in ${file}. The old key signs nothing after this entry.`,
        };
      }),
  );
}

function revokeCommand(): Command {
  const command = new Command('revoke')
    .description('Log that a key signs nothing any more: lost, or known to others')
    .argument('<folder>', 'the case')
    .option('--party <id>', 'whose key; the acting party itself by default')
    .requiredOption('--reason <text>', 'why');
  return addActorOptions(command).action(
    (folder: string, options: ActorOptions & { readonly reason: string; readonly party?: string }) =>
      act(folder, options, async ({ of, actor }) => {
        const party = options.party ?? actor.party;
        const key = await revokeKey(of, actor, party, options.reason);
        return {
          value: { party, key, reason: options.reason },
          text: `The key of ${party} is revoked. Only a neutral of the first entry can give ${party} another: filiation case party`,
        };
      }),
  );
}

/** The first number whose key file is free; the party's first key has none. */
function freeNumber(folder: string, party: string): number {
  for (let number = 2; ; number++) if (!existsSync(keyPath(folder, `${party}-${number}`))) return number;
}
