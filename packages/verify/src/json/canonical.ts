import { equalBytes, isWellFormed, utf8Bytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import type { JsonValue } from '../json.ts';
import { MAX_JSON_DEPTH, parseJson } from './parse.ts';

/**
 * RFC 8785 (JSON Canonicalization Scheme): keys in UTF-16 order, numbers as ECMAScript prints doubles,
 * no white space. Accepts what `parseJson` can give back and nothing else.
 * @throws FiliationError MALFORMED for lone surrogates, NaN, infinities and anything that is not JSON
 *         (undefined, a class instance's functions), LIMIT_EXCEEDED for depth
 */
export function canonicalJson(value: JsonValue): string {
  return written(value, 0);
}

/** UTF-8 of `canonicalJson`. */
export function canonicalBytes(value: JsonValue): Uint8Array {
  return utf8Bytes(canonicalJson(value));
}

/** Whether the bytes are the RFC 8785 form of a value that `parseJson` accepts. Never throws. */
export function isCanonical(bytes: Uint8Array): boolean {
  try {
    return equalBytes(canonicalBytes(parseJson(bytes, { limit: bytes.length })), bytes);
  } catch {
    return false;
  }
}

function written(value: JsonValue, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value)) throw refused(`the number ${value}`);
      return String(value);
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (depth >= MAX_JSON_DEPTH)
        throw new FiliationError('LIMIT_EXCEEDED', `JSON nests deeper than ${MAX_JSON_DEPTH}`);
      return isArray(value) ? arrayOf(value, depth + 1) : objectOf(value, depth + 1);
    default:
      throw refused(`a value of type ${typeof value}`);
  }
}

function arrayOf(items: readonly JsonValue[], depth: number): string {
  // Array.from also visits holes, which then are refused as undefined.
  return `[${Array.from(items, (item) => written(item, depth)).join(',')}]`;
}

function objectOf(object: { readonly [key: string]: JsonValue }, depth: number): string {
  const members = Object.keys(object)
    .sort()
    .map((key) => {
      if (key === '__proto__') throw refused('the key __proto__');
      return `${quoted(key)}:${written(object[key]!, depth)}`;
    });
  return `{${members.join(',')}}`;
}

function quoted(text: string): string {
  if (!isWellFormed(text)) throw refused('a lone surrogate');
  // JSON.stringify escapes well-formed text exactly as RFC 8785 section 3.2.2.2 asks.
  return JSON.stringify(text);
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function refused(what: string): FiliationError {
  return new FiliationError('MALFORMED', `${what} has no canonical JSON`);
}
