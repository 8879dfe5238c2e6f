import { isWellFormed, utf8Text } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import type { JsonValue } from '../json.ts';

/** Arrays and objects within one another; our own documents stay below 16. */
export const MAX_JSON_DEPTH = 64;

export interface JsonLimits {
  /** Bytes; larger input is refused unread. */
  readonly limit: number;
  /** For messages: the file or object. */
  readonly where?: string;
}

/** JSON in which integers that a double cannot hold stay exact. */
export type ExactJsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly ExactJsonValue[]
  | { readonly [key: string]: ExactJsonValue };

/**
 * Strict RFC 8259 for hostile bytes, narrowed as RFC 7493 (I-JSON) asks: UTF-8 without byte order mark,
 * no key twice, no lone surrogate, no number beyond a double; an integer that a double would change is
 * refused, never rounded. The key `__proto__` is refused. Objects are ordinary ones: look up keys that
 * come from outside with `Object.hasOwn`.
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED (bytes, depth)
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits): JsonValue {
  return new JsonReader(bytes, limits, false).document() as JsonValue;
}

/** As `parseJson`, but integers beyond 2^53 - 1 come as bigint. */
export function parseExactJson(bytes: Uint8Array, limits: JsonLimits): ExactJsonValue {
  return new JsonReader(bytes, limits, true).document();
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// Everything up to the next quote, backslash or control character.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what ends the run
const PLAIN_RUN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class JsonReader {
  private readonly text: string;
  private readonly where: string | undefined;
  private readonly exact: boolean;
  private at = 0;

  constructor(bytes: Uint8Array, { limit, where }: JsonLimits, exact: boolean) {
    this.where = where;
    this.exact = exact;
    if (bytes.length > limit)
      throw this.error('LIMIT_EXCEEDED', `holds ${bytes.length} bytes, above the limit of ${limit}`);
    this.text = utf8Text(bytes, where);
  }

  document(): ExactJsonValue {
    this.skipSpace();
    const value = this.value(0);
    this.skipSpace();
    if (this.at !== this.text.length) throw this.malformed('something follows the value');
    return value;
  }

  private value(depth: number): ExactJsonValue {
    const first = this.text[this.at];
    if (first === '{') return this.object(depth + 1);
    if (first === '[') return this.array(depth + 1);
    if (first === '"') return this.string();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const)
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    return this.number();
  }

  private object(depth: number): ExactJsonValue {
    this.enter(depth);
    const object: Record<string, ExactJsonValue> = {};
    if (this.skipTo('}')) return object;
    do {
      this.skipSpace();
      if (this.text[this.at] !== '"') throw this.malformed('a key is missing');
      const key = this.string();
      if (key === '__proto__') throw this.malformed('the key __proto__ is not accepted');
      if (Object.hasOwn(object, key)) throw this.malformed('a key stands twice in one object');
      if (!this.skipTo(':')) throw this.malformed('a colon is missing');
      this.skipSpace();
      object[key] = this.value(depth);
    } while (this.skipTo(','));
    if (!this.skipTo('}')) throw this.malformed('an object does not end');
    return object;
  }

  private array(depth: number): ExactJsonValue {
    this.enter(depth);
    const items: ExactJsonValue[] = [];
    if (this.skipTo(']')) return items;
    do {
      this.skipSpace();
      items.push(this.value(depth));
    } while (this.skipTo(','));
    if (!this.skipTo(']')) throw this.malformed('an array does not end');
    return items;
  }

  private enter(depth: number): void {
    if (depth > MAX_JSON_DEPTH) throw this.error('LIMIT_EXCEEDED', `nests deeper than ${MAX_JSON_DEPTH}`);
    this.at++;
  }

  private string(): string {
    this.at++;
    let value = '';
    for (;;) {
      value += this.take(PLAIN_RUN);
      const stop = this.text[this.at];
      if (stop === '"') break;
      if (stop !== '\\') throw this.malformed('a string does not end, or holds a control character');
      value += this.escape();
    }
    this.at++;
    if (!isWellFormed(value)) throw this.malformed('a string holds a lone surrogate');
    return value;
  }

  private escape(): string {
    const kind = this.text[this.at + 1] ?? '';
    if (kind === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.malformed('a \\u escape is broken');
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (!Object.hasOwn(ESCAPES, kind)) throw this.malformed('a string holds an unknown escape');
    this.at += 2;
    return ESCAPES[kind]!;
  }

  private number(): number | bigint {
    const start = this.at;
    const token = this.take(NUMBER);
    if (token === '') throw this.malformed('a value is missing');
    const value = Number(token);
    if (!Number.isFinite(value)) throw this.malformed('a number does not fit a double', start);
    if (Number.isSafeInteger(value) || /[.eE]/.test(token)) return value;
    if (this.exact) return BigInt(token);
    // 1000000000000000000 is what a double prints; 9007199254740993 is not.
    if (String(value) !== token) throw this.malformed('an integer does not fit a double', start);
    return value;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const token = pattern.exec(this.text)?.[0] ?? '';
    this.at += token.length;
    return token;
  }

  private skipSpace(): void {
    for (;;) {
      const unit = this.text.charCodeAt(this.at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.at++;
    }
  }

  private skipTo(mark: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  private malformed(reason: string, at = this.at): FiliationError {
    return this.error('MALFORMED', `is not the JSON accepted here: ${reason}, at character ${at + 1}`);
  }

  private error(code: 'MALFORMED' | 'LIMIT_EXCEEDED', text: string): FiliationError {
    const details = this.where === undefined ? {} : { where: this.where };
    return new FiliationError(code, `${this.where ?? 'the JSON text'} ${text}`, details);
  }
}
