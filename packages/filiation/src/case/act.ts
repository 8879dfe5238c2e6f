import { openTerminal, type Terminal } from '../io/terminal.ts';
import { type ActorOptions, openSession, type Session } from './session.ts';

/** What an act says of itself: data for programs, a sentence for people. */
export interface ActResult {
  readonly value: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Opens the case for the acting party, does one thing in it, and says what was done. */
export async function act(
  folder: string,
  options: ActorOptions,
  work: (session: Session, terminal: Terminal) => Promise<ActResult>,
): Promise<void> {
  const terminal = openTerminal();
  const session = await openSession(folder, options);
  try {
    const { value, text } = await work(session, terminal).finally(() => terminal.meter.end());
    const logged = session.of.keepsLog;
    const waits = logged ? '' : `It waits in the outbox; hand it over with: filiation case send ${folder}\n`;
    process.stdout.write(
      options.json === true ? `${JSON.stringify({ ...value, logged }, null, 2)}\n` : `${text}\n${waits}`,
    );
  } finally {
    await session.close();
  }
}

/** The time now, as claims write it. */
export function timeNow(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
