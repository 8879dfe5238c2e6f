import {
  type CaseFolder,
  FiliationError,
  gatherVouchers,
  isVouchedFor,
  Secret,
  submitToWitness,
  type VouchResult,
} from '@filiation/evidence';
import { parseNoteKey } from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { Terminal } from '../io/terminal.ts';

/** Token that a witness server may ask for, never printed. */
export const WITNESS_TOKEN = 'FILIATION_WITNESS_TOKEN';

/** Asks one witness over HTTP to cosign the log as it stands. */
export async function askWitness(
  of: CaseFolder,
  witness: { readonly key: string; readonly url: string },
): Promise<{ readonly at: string }> {
  if (of.writer === undefined)
    throw new FiliationError('CONFLICT', 'only whoever keeps the log can have it cosigned');
  const token = process.env[WITNESS_TOKEN];
  const [cosignature] = await submitToWitness(of.writer, {
    url: witness.url,
    keys: [parseNoteKey(nodePlatform, witness.key)],
    ...(token === undefined ? {} : { token: Secret.ofText(token) }),
  });
  return { at: new Date((cosignature?.time ?? 0) * 1000).toISOString() };
}

/** Asks the case's time authorities and witnesses about the log as it stands, and says what came of it. */
export async function vouch(of: CaseFolder, terminal: Terminal): Promise<readonly VouchResult[]> {
  const results = await gatherVouchers(of, { askWitness });
  for (const { name, size, at, missing } of results)
    terminal.say(
      at === undefined
        ? `${name} does not vouch for the log at ${size} entries yet: ${missing}`
        : `${name} vouches for the log at ${size} entries: ${at}`,
    );
  return results;
}

/**
 * Before a planned run: where the case names witnesses or time authorities, one of them must have seen the
 * plan, so that nobody can say later that it was dated back.
 * @throws FiliationError CONFLICT
 */
export async function needPlanFixed(of: CaseFolder, plan: string, terminal: Terminal): Promise<void> {
  const { authorities, witnesses } = of.settings;
  const index = of.state.plans.get(plan)?.index;
  if (index === undefined || authorities.length + witnesses.length === 0) return;
  if (await isVouchedFor(of, index)) return;
  await vouch(of, terminal);
  if (await isVouchedFor(of, index)) return;
  throw new FiliationError('CONFLICT', `nobody outside has seen plan ${plan} yet`, {
    where: of.folder,
    hint: 'get a time token or a cosignature first (filiation case stamp, filiation case witness), or run it with --exploratory',
  });
}
