import { FiliationError, type ModelDeclaration } from '@filiation/evidence';

/**
 * Logs a declaration as a claim of a party of a case. The exhibit is the one whose digest is
 * `declaration.model.sha256`.
 *
 * @throws FiliationError
 */
export function logDeclaration(
  folder: string,
  _party: string,
  _declaration: ModelDeclaration,
): Promise<{ readonly entry: number }> {
  throw new FiliationError('UNSUPPORTED', `declarations are not yet logged in cases`, {
    where: folder,
    hint: 'leave out --case, and add the declaration file to the case as an exhibit',
  });
}
