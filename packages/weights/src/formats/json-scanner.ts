import { FiliationError, quoted } from '@filiation/evidence';

/** Nesting of a value that is skipped. */
const MAX_DEPTH = 64;
/** Characters of one number. */
const MAX_NUMBER_LENGTH = 64;

/**
 * Reads JSON of a known form in one pass. Unlike JSON.parse it sees repeated keys, keeps whole numbers
 * apart from 1.0 and 1e3, and builds only what the caller asks for, so that a hostile text costs no
 * more memory than its length. Each method consumes one value.
 * @throws FiliationError MALFORMED with the position, from every method
 */
export interface JsonScanner {
  /** Calls `member` once a key; it must consume the value. */
  object(member: (key: string) => void): void;
  /** Calls `item` before each element; it must consume the element. */
  array(item: (index: number) => void): void;
  string(): string;
  /** A whole number from 0 to 2^53 - 1, written with digits alone. */
  wholeNumber(): number;
  /** Steps over any value and returns its text. */
  skip(): string;
  /** Nothing but white space may follow. */
  end(): void;
  fail(message: string): never;
}

const QUOTE = 34;
const ZERO = 48;
const BACKSLASH = 92;
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/;
const WORD = /^(?:true|false|null)/;

/** `where` names the file in errors. */
export function jsonScanner(text: string, where: string): JsonScanner {
  let at = 0;

  const fail = (message: string): never => {
    throw new FiliationError('MALFORMED', `${where}: ${message} (at character ${at})`, {
      where,
      hint: 'The file is damaged or was written by hand: get it again from its source.',
    });
  };
  /** First character of the next token; NaN at the end. */
  const next = (): number => {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return code;
      at++;
    }
  };
  const take = (character: string): boolean => {
    const found = next() === character.charCodeAt(0);
    if (found) at++;
    return found;
  };
  const expect = (character: string): void => {
    if (!take(character)) fail(`expected ${character}`);
  };
  /** Text of a short token, or undefined. */
  const token = (pattern: RegExp): string | undefined => {
    next();
    const found = pattern.exec(text.slice(at, at + MAX_NUMBER_LENGTH))?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const list = (open: string, close: string, element: (index: number) => void): void => {
    expect(open);
    if (take(close)) return;
    let index = 0;
    do element(index++);
    while (take(','));
    expect(close);
  };
  /** Source of a string, quotes and escapes included. */
  const rawString = (): string => {
    if (next() !== QUOTE) fail('expected a string');
    const start = at++;
    for (;;) {
      const code = text.charCodeAt(at++);
      if (code === QUOTE) return text.slice(start, at);
      if (code === BACKSLASH) at++;
      else if (!(code >= 32)) fail('a string does not end');
    }
  };
  const string = (): string => {
    const raw = rawString();
    if (!raw.includes('\\')) return raw.slice(1, -1);
    try {
      return JSON.parse(raw) as string;
    } catch {
      return fail('a string holds an unknown escape');
    }
  };
  const array = (item: (index: number) => void): void => list('[', ']', item);
  const object = (member: (key: string) => void): void => {
    const seen = new Set<string>();
    list('{', '}', () => {
      const key = string();
      if (seen.has(key)) fail(`the name ${quoted(key)} appears twice`);
      seen.add(key);
      expect(':');
      member(key);
    });
  };
  const wholeNumber = (): number => {
    next();
    const start = at;
    let value = 0;
    for (
      let digit = text.charCodeAt(at) - ZERO;
      digit >= 0 && digit <= 9;
      digit = text.charCodeAt(at) - ZERO
    ) {
      value = 10 * value + digit;
      at++;
      if (value > Number.MAX_SAFE_INTEGER) fail('a number is too large');
    }
    const sloppy = at > start + 1 && text.charCodeAt(start) === ZERO;
    if (at === start || sloppy || '.eE'.includes(text.charAt(at) || ' ')) {
      at = start;
      fail(`${token(NUMBER) ?? 'this'} is not a whole number from 0`);
    }
    return value;
  };
  const skipValue = (depth: number): void => {
    if (depth > MAX_DEPTH) fail(`values are nested more than ${MAX_DEPTH} deep`);
    const first = next();
    if (first === QUOTE) rawString();
    else if (text[at] === '[') array(() => skipValue(depth + 1));
    else if (text[at] === '{')
      list('{', '}', () => {
        rawString();
        expect(':');
        skipValue(depth + 1);
      });
    else if ((token(NUMBER) ?? token(WORD)) === undefined) fail('expected a value');
  };
  const skip = (): string => {
    next();
    const start = at;
    skipValue(0);
    return text.slice(start, at);
  };
  const end = (): void => {
    if (!Number.isNaN(next())) fail('something follows the end of the value');
  };
  return { object, array, string, wholeNumber, skip, end, fail };
}
