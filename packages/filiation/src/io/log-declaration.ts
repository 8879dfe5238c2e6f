import { type ModelDeclaration, registerDeclaration } from '@filiation/evidence';
import { type ActorOptions, openSession } from '../case/session.ts';

/**
 * Logs a declaration as a claim of a party of a case.
 *
 * @returns the number of the exhibit it is about
 * @throws FiliationError NOT_FOUND (no case, no such exhibit), USAGE, DENIED, CONFLICT
 */
export async function logDeclaration(
  folder: string,
  options: ActorOptions,
  declaration: ModelDeclaration,
): Promise<string> {
  const session = await openSession(folder, options);
  try {
    return await registerDeclaration(session.of, session.actor, declaration);
  } finally {
    await session.close();
  }
}
