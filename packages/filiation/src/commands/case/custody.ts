import { recordCustody } from '@filiation/evidence';
import { Command } from 'commander';
import { act, timeNow } from '../../case/act.ts';
import { type ActorOptions, addActorOptions } from '../../case/session.ts';
import { parseTime } from '../../case/time-text.ts';

interface CustodyOptions extends ActorOptions {
  readonly from: string;
  readonly to: string;
  readonly means: string;
  readonly at?: string;
  readonly check?: string;
  readonly notes?: string;
}

const CONDITION = {
  unchanged: 'It arrived unchanged.',
  changed: 'What arrived is NOT what was registered: its digest differs, and the log says so.',
  'not-checked': 'Whether it arrived unchanged was not checked; whoever receives it can: --check PATH',
} as const;

export function custodyCommand(): Command {
  const command = new Command('custody')
    .description('Log that an exhibit passed from one hand to another')
    .argument('<folder>', 'the case')
    .argument('<exhibit>', 'the exhibit, such as E1')
    .requiredOption('--from <who>', 'who held it: a party, or any name')
    .requiredOption('--to <who>', 'who holds it from now on')
    .requiredOption('--means <text>', 'how it travelled: encrypted disk by courier, download over TLS')
    .option('--at <time>', 'when it was handed over, such as 2026-12-31T17:00; now by default')
    .option('--check <path>', 'what arrived: digested and compared with what was registered')
    .option('--notes <text>', 'remarks');
  return addActorOptions(command).action(runCustody);
}

function runCustody(folder: string, exhibit: string, options: CustodyOptions): Promise<void> {
  return act(folder, options, async ({ of, actor }, terminal) => {
    const { from, to, means } = options;
    const zone = of.state.opening!.claim.timeZone;
    const transferredAt = options.at === undefined ? timeNow() : parseTime(options.at, zone);
    const result = await recordCustody(of, actor, {
      exhibit,
      from,
      to,
      means,
      transferredAt,
      onProgress: (done, total) => terminal.meter.update(`digesting ${options.check}`, done, total, 'bytes'),
      ...(options.check === undefined ? {} : { arrived: options.check }),
      ...(options.notes === undefined ? {} : { notes: options.notes }),
    });
    const text = `${exhibit} passed from ${from} to ${to}. ${CONDITION[result.condition]}`;
    return { value: { exhibit, from, to, transferredAt, ...result }, text };
  });
}
