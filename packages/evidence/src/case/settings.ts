import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FiliationError,
  type JsonValue,
  parseJson,
  type Schema,
  schemaFaults,
  schemaParts,
} from '@filiation/verify';
import { fileError } from '../io/file-error.ts';
import { writeWholeFile } from '../io/write-file.ts';

/** Bytes of `case.json`. */
const MAX_SETTINGS_BYTES = 2 ** 20;

/** A time authority of the case; its roots lie in `policy/authorities/NAME.pem`. */
export interface AuthoritySetting {
  readonly name: string;
  /** Where requests go; absent where tokens are fetched by hand. */
  readonly url?: string;
}

/** A witness of the log; its key stands in `policy/policy.txt` too. */
export interface WitnessSetting {
  readonly name: string;
  readonly key: string;
  readonly url?: string;
}

/**
 * How this case is worked on here: not evidence, which is all in the log, but where to find what. Holds no
 * secret and no path outside the case.
 */
export interface CaseSettings {
  readonly schema: 'filiation.case/1';
  readonly case: string;
  readonly origin: string;
  /** Verifier key of the log. */
  readonly key: string;
  readonly authorities: readonly AuthoritySetting[];
  readonly witnesses: readonly WitnessSetting[];
}

const { caseId, list, object, text, verifierKey } = schemaParts;
const SETTINGS_SCHEMA: Schema = object({
  schema: { const: 'filiation.case/1' },
  case: caseId,
  origin: text(200),
  key: verifierKey,
  authorities: list(object({ name: text(64) }, { url: text(2_000) }), 0, 20),
  witnesses: list(object({ name: text(200), key: verifierKey }, { url: text(2_000) }), 0, 50),
});

/** @throws FiliationError NOT_FOUND where the folder is no case, MALFORMED, UNREADABLE */
export async function readSettings(folder: string): Promise<CaseSettings> {
  const path = join(folder, 'case.json');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const error = fileError(path, cause);
    if (error.code !== 'NOT_FOUND') throw error;
    throw new FiliationError('NOT_FOUND', `${folder} is no case folder: it has no case.json`, {
      where: path,
      hint: 'open one with: filiation case new FOLDER',
    });
  }
  const hint = 'restore the file from a copy of the case, or from a bundle of it';
  let value: JsonValue;
  try {
    value = parseJson(bytes, { limit: MAX_SETTINGS_BYTES, where: path });
  } catch (cause) {
    if (!(cause instanceof FiliationError)) throw cause;
    throw new FiliationError(cause.code, cause.message, { where: path, hint, cause });
  }
  const [fault] = schemaFaults(SETTINGS_SCHEMA, value);
  if (fault !== undefined)
    throw new FiliationError('MALFORMED', `${path} at ${fault.pointer} ${fault.message}`, {
      where: path,
      hint,
    });
  return value as unknown as CaseSettings;
}

export async function writeSettings(folder: string, settings: CaseSettings): Promise<void> {
  await writeWholeFile(join(folder, 'case.json'), `${JSON.stringify(settings, null, 2)}\n`);
}
