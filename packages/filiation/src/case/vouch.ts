import { type CaseFolder, FiliationError, gatherVouchers, isVouchedFor } from '@filiation/evidence';
import type { Terminal } from '../io/terminal.ts';

/** Asks the case's time authorities and witnesses about the log as it stands, and says what came of it. */
export async function vouch(of: CaseFolder, terminal: Terminal): Promise<void> {
  const results = await gatherVouchers(of, {
    askWitness: (_of, { name }) =>
      Promise.reject(
        new FiliationError('UNSUPPORTED', `exchange files with ${name}: filiation case witness request`),
      ),
  });
  for (const { name, size, at, missing } of results)
    terminal.say(
      at === undefined
        ? `${name} does not vouch for the log at ${size} entries yet: ${missing}`
        : `${name} vouches for the log at ${size} entries: ${at}`,
    );
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
