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

/** Does one thing more before Ctrl-C ends the program with status 4. Returns what takes it back. */
export function onInterrupt(last: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const end = (): void => {
    last();
    process.exit(4);
  };
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}
