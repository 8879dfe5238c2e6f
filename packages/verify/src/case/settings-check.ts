import { FiliationError } from '../error.ts';
import { parseJson } from '../json/parse.ts';
import type { JsonObject } from '../json.ts';
import type { CaseState } from './state.ts';
import type { CaseCheckRequest } from './verify-case.ts';

/** Bytes of `case.json`. */
const MAX_SETTINGS_BYTES = 2 ** 20;

/** The settings are no evidence, but they must speak of the case that the log opens. */
export async function checkSettings(
  { source, prefix, report }: Pick<CaseCheckRequest, 'source' | 'prefix' | 'report'>,
  state: CaseState,
): Promise<void> {
  const id = 'case.settings';
  const part = `${prefix}case.json`;
  if (!source.has(part)) return;
  try {
    const settings = parseJson(await source.read(part, MAX_SETTINGS_BYTES), {
      limit: MAX_SETTINGS_BYTES,
      where: part,
    }) as JsonObject;
    const opening = state.opening?.claim;
    const fits =
      opening !== undefined &&
      settings?.case === opening.case &&
      settings.origin === opening.log.origin &&
      settings.key === opening.log.key;
    report({
      id,
      status: fits ? 'passed' : 'failed',
      part,
      detail: fits ? '' : 'speaks of another case or log than the first entry',
    });
  } catch (error) {
    if (!(error instanceof FiliationError)) throw error;
    report({ id, status: 'failed', part, detail: error.message });
  }
}
