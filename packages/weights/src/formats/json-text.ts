import { FiliationError, type JsonObject, type JsonValue } from '@filiation/evidence';

/** Brackets within brackets. Real configurations and tokenizers stay below 12. */
const MAX_DEPTH = 64;

/**
 * JSON text as a value, refusing what is not JSON or is nested deeper than anything that reads it later
 * could bear.
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED
 */
export function parseJson(text: string, where: string): JsonValue {
  checkDepth(text, where);
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as JsonValue;
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${where} is not JSON`, {
      where,
      hint: 'The file is damaged or incomplete: download it again.',
      cause,
    });
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkDepth(text: string, where: string): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === 0x5c) i++;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH)
        throw new FiliationError('LIMIT_EXCEEDED', `${where} is nested deeper than ${MAX_DEPTH}`, { where });
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}
