import { bytesFromAnyBase64, FiliationError, parseJson } from '@filiation/verify';

export type Shape = Readonly<Record<string, unknown>>;

/** @param limit bytes @throws FiliationError MALFORMED, LIMIT_EXCEEDED */
export function parseObject(bytes: Uint8Array, limit: number, where: string): Shape {
  return object(parseJson(bytes, { limit, where }), where);
}

export function object(value: unknown, where: string): Shape {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new FiliationError('MALFORMED', `${where} is not an object`, { where });
  return value as Shape;
}

export function array(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new FiliationError('MALFORMED', `${where} is not a list`, { where });
  return value;
}

export function text(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '')
    throw new FiliationError('MALFORMED', `${where} is not a text`, { where });
  return value;
}

export function integer(value: unknown, least: number, most: number, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most)
    throw new FiliationError('MALFORMED', `${where} is not a whole number from ${least} to ${most}`, {
      where,
    });
  return value;
}

/** Base64 as DSSE lets others write it. */
export function base64(value: unknown, where: string): Uint8Array {
  try {
    return bytesFromAnyBase64(text(value, where));
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${where} is not base64`, { where, cause });
  }
}
