import { FiliationError } from '@filiation/verify';

export type Shape = Readonly<Record<string, unknown>>;

/** @throws FiliationError MALFORMED */
export function parseObject(bytes: Uint8Array, where: string): Shape {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${where} is not JSON`, { where, cause });
  }
  return object(value, where);
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
  if (typeof value !== 'string' || value === '' || /\p{Cs}/u.test(value))
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

/** Base64 of either alphabet, as DSSE allows, padded or not. */
export function base64(value: unknown, where: string): Uint8Array {
  const encoded = text(value, where);
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(encoded))
    throw new FiliationError('MALFORMED', `${where} is not base64`, { where });
  let binary: string;
  try {
    binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, ''));
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${where} is not base64`, { where, cause });
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
