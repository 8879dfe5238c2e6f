import type { Terminal } from './terminal.ts';

/** Ctrl-C ends the run with status 4: everything kept so far is whole, so stopping at once is safe. */
export function exitResumable(terminal: Terminal, advice: string): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      terminal.meter.end();
      terminal.say(`Interrupted. ${advice}`);
      process.exit(4);
    });
}
