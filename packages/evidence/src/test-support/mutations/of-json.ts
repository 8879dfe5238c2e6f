import type { JsonValue } from '@filiation/verify';

export interface JsonMutation {
  readonly kind: string;
  /** JSON Pointer, for people. */
  readonly place: string;
  readonly next: JsonValue;
}

/** The value with one thing in it changed, once for each thing: values, members left out, lists re-ordered. */
export function* jsonMutations(value: JsonValue, place = ''): Iterable<JsonMutation> {
  yield* changesOf(value, place);
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    for (const [at, item] of items.entries()) {
      yield { kind: 'item left out', place: `${place}/${at}`, next: items.toSpliced(at, 1) };
      for (const { kind, place: where, next } of jsonMutations(item, `${place}/${at}`))
        yield { kind, place: where, next: items.with(at, next) };
    }
  } else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      const { [key]: _, ...rest } = value as { readonly [key: string]: JsonValue };
      yield { kind: 'member left out', place: `${place}/${key}`, next: rest };
      for (const { kind, place: where, next } of jsonMutations(item, `${place}/${key}`))
        yield { kind, place: where, next: { ...value, [key]: next } as JsonValue };
    }
}

function* changesOf(value: JsonValue, place: string): Iterable<JsonMutation> {
  if (typeof value === 'number') yield { kind: 'number changed', place, next: value + 1 };
  else if (typeof value === 'boolean') yield { kind: 'truth value turned', place, next: !value };
  else if (typeof value === 'string') yield* changesOfText(value, place);
  else if (Array.isArray(value) && value.length > 1)
    yield { kind: 'list re-ordered', place, next: value.toReversed() as JsonValue };
}

function* changesOfText(value: string, place: string): Iterable<JsonMutation> {
  const time = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) {
    const last = value.at(-1) === '1' ? '2' : '1';
    yield { kind: 'text changed', place, next: value.slice(0, -1) + last };
  } else
    for (const days of [-30, 30]) {
      const moved = new Date(time + days * 86_400_000).toISOString().slice(0, 19);
      yield { kind: 're-dated', place, next: `${moved}Z` };
    }
}
