import { createMeter, type Meter } from '../view/progress.ts';

/** Where people's text goes: stderr for talk and progress; stdout stays data. */
export interface Terminal {
  readonly meter: Meter;
  readonly width: number;
  readonly colour: boolean;
  say(text: string): void;
}

const LEAST_WIDTH = 60;
const MOST_WIDTH = 110;

export function openTerminal(): Terminal {
  const columns = process.stdout.columns ?? process.stderr.columns ?? 100;
  return {
    meter: createMeter({
      stream: process.stderr,
      isTerminal: process.stderr.isTTY === true,
      now: () => performance.now(),
      width: () => process.stderr.columns ?? 80,
    }),
    width: Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, columns)),
    colour: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    say: (text) => process.stderr.write(`${text}\n`),
  };
}
