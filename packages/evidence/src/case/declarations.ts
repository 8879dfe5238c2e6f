import { FiliationError } from '@filiation/verify';
import type { ModelDeclaration } from '../models/declaration.ts';
import { type Actor, type CaseFolder, draft } from './case-folder.ts';

/**
 * Logs what a party states of a model's origin, about the exhibit that has the model's digest. The
 * documents it was read from stand in the log as further subjects, by digest.
 *
 * @returns the exhibit's number
 * @throws FiliationError NOT_FOUND where no exhibit has that digest; CONFLICT, DENIED
 */
export async function registerDeclaration(
  of: CaseFolder,
  actor: Actor,
  declaration: ModelDeclaration,
): Promise<string> {
  const { model, ancestors, completeness, basis, sources } = declaration;
  const found = [...of.state.exhibits].find(([, record]) => record.sha256 === model.sha256);
  if (found === undefined)
    throw new FiliationError('NOT_FOUND', `no exhibit of the case is ${model.name}`, {
      hint: 'add the model first, with: filiation case add',
    });
  const [exhibit, { claim, sha256 }] = found;
  await of.add(actor, [
    draft(
      'declaration',
      [
        { name: claim.name, digest: { sha256 } },
        ...sources.map((source) => ({ name: source.name, digest: { sha256: source.sha256 } })),
      ],
      { exhibit, ancestors, completeness, basis },
    ),
  ]);
  return exhibit;
}
