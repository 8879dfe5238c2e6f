import { FiliationError } from '@filiation/evidence';
import type { PickleBytes } from './pickle-bytes.ts';
import { isObject, type PickleOpaque, type PickleSequence, type PickleValue } from './pickle-value.ts';

/** Lists, tuples, dictionaries; a tensor takes about 6. */
const MAX_CONTAINERS = 2_000_000;
const MAX_STACK = 1_000_000;
/** Distinct refused names; a training script's state has a handful. */
const MAX_REFUSED = 10_000;

/** What the names in a pickle stand for. It is asked, and answers with data; nothing is looked up or run. */
export interface PickleWorld {
  /** Whether a class or function is known. */
  knows(name: string): boolean;
  /** What calling a known one makes. May throw. */
  call(name: string, args: readonly PickleValue[]): PickleValue;
  /** The object outside the pickle that an id stands for. May throw. */
  persistent(id: PickleValue): PickleValue;
}

/** Stack, marks and memo of a pickle that is being read, and the effects instructions have on them. */
export class PickleMachine {
  readonly refused: Set<string> = new Set();
  readonly #input: PickleBytes;
  readonly #world: PickleWorld;
  readonly #where: string;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #containers = 0;

  constructor(input: PickleBytes, world: PickleWorld, where: string) {
    this.#input = input;
    this.#world = world;
    this.#where = where;
  }

  push(value: PickleValue): void {
    if (this.#stack.push(value) > MAX_STACK) this.#tooMuch(`a stack of ${MAX_STACK}`);
  }

  pushSequence(kind: PickleSequence['kind'], items: PickleValue[]): void {
    this.#count();
    this.push({ kind, items });
  }

  pushDict(items: readonly PickleValue[]): void {
    this.#count();
    this.push({ kind: 'dict', entries: this.#pairs(items) });
  }

  mark(): void {
    if (this.#marks.push(this.#stack.length) > MAX_STACK) this.#tooMuch(`${MAX_STACK} marks`);
  }

  /** Everything above the last mark. */
  popMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined || mark > this.#stack.length) return this.#input.fail('a mark is missing');
    return this.#stack.splice(mark);
  }

  /** The `count` topmost values as a tuple. */
  tuple(count: number): void {
    const items: PickleValue[] = [];
    for (let i = 0; i < count; i++) items.unshift(this.pop());
    this.pushSequence('tuple', items);
  }

  discard(): void {
    // POP takes a mark where one is on top.
    if (this.#marks.at(-1) === this.#stack.length && this.#marks.length > 0) this.#marks.pop();
    else this.pop();
  }

  duplicate(): void {
    this.push(this.#top());
  }

  remember(key: number = this.#memo.size): void {
    this.#memo.set(key, this.#top());
  }

  recall(key: number): void {
    const value = this.#memo.get(key);
    this.push(value === undefined ? this.#input.fail(`nothing was remembered as ${key}`) : value);
  }

  append(items: readonly PickleValue[]): void {
    const target = this.#top();
    if (isObject(target) && (target.kind === 'list' || target.kind === 'set'))
      for (const item of items) target.items.push(item);
    else if (!isOpaque(target)) this.#input.fail('items are added to what is no list');
  }

  appendTop(): void {
    const item = this.pop();
    this.append([item]);
  }

  setItems(items: readonly PickleValue[]): void {
    const target = this.#top();
    const pairs = this.#pairs(items);
    if (isObject(target) && target.kind === 'dict') for (const pair of pairs) target.entries.push(pair);
    else if (!isOpaque(target)) this.#input.fail('entries are set in what is no dictionary');
  }

  setTop(): void {
    const value = this.pop();
    const key = this.pop();
    this.setItems([key, value]);
  }

  global(module: string, name: string): void {
    const full = `${module}.${name}`;
    if (this.#world.knows(full)) this.push({ kind: 'global', name: full });
    else this.refuse(full);
  }

  stackGlobal(): void {
    const name = this.pop();
    const module = this.pop();
    if (typeof name !== 'string' || typeof module !== 'string')
      this.#input.fail('a class is named by something that is no text');
    else this.global(module, name);
  }

  refuse(name: string): void {
    this.refused.add(name.slice(0, 256));
    if (this.refused.size > MAX_REFUSED) this.#tooMuch(`${MAX_REFUSED} unknown classes`);
    this.push({ kind: 'opaque' });
  }

  /** REDUCE and NEWOBJ; keyword arguments never matter to a known class. */
  call(): void {
    const args = this.pop();
    const callee = this.pop();
    this.#count();
    if (isOpaque(callee)) this.push({ kind: 'opaque' });
    else if (!isObject(callee) || callee.kind !== 'global')
      this.#input.fail('a value is called that is no class');
    else if (!isObject(args) || args.kind !== 'tuple') this.#input.fail('a class is called without a tuple');
    else this.push(this.#world.call(callee.name, args.items));
  }

  callWithKeywords(): void {
    this.pop();
    this.call();
  }

  /** OBJ: class and arguments above a mark. */
  callMarked(): void {
    const [callee, ...args] = this.popMark();
    if (callee === undefined) this.#input.fail('a class is missing');
    else this.push(callee);
    this.pushSequence('tuple', args);
    this.call();
  }

  /** BUILD: known objects need no state (an OrderedDict's holds version numbers). */
  build(): void {
    const state = this.pop();
    const target = this.#top();
    if (isOpaque(target)) target.state = state;
  }

  persistentTop(): void {
    this.push(this.#world.persistent(this.pop()));
  }

  #pairs(items: readonly PickleValue[]): [PickleValue, PickleValue][] {
    if (items.length % 2 !== 0) this.#input.fail('a key has no value');
    return Array.from({ length: items.length / 2 }, (_, i) => [items[2 * i]!, items[2 * i + 1]!]);
  }

  /** The topmost value, which must lie above the last mark. */
  pop(): PickleValue {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || this.#stack.length <= (this.#marks.at(-1) ?? 0))
      return this.#input.fail('a value is missing');
    return value;
  }

  #count(): void {
    if (++this.#containers > MAX_CONTAINERS)
      this.#tooMuch(`${MAX_CONTAINERS} lists, tuples and dictionaries`);
  }

  #tooMuch(what: string): never {
    throw new FiliationError('LIMIT_EXCEEDED', `${this.#where}: the pickle needs more than ${what}`, {
      where: this.#where,
      hint: 'No checkpoint comes near this limit: check where the file comes from.',
    });
  }
}

function isOpaque(value: PickleValue): value is PickleOpaque {
  return isObject(value) && value.kind === 'opaque';
}
