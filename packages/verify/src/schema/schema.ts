import type { JsonObject, JsonValue } from '../json.ts';

/**
 * The part of JSON Schema 2020-12 that Filiation's own formats need. A schema is plain data: the same
 * object validates every entry here and is published under `docs/schema/`.
 */
export interface Schema {
  readonly $id?: string;
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
  readonly const?: string | number | boolean;
  readonly enum?: readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  /** Objects are closed unless this is a schema or true. */
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly oneOf?: readonly Schema[];
}

/** Where a value does not fit its schema: a JSON Pointer (RFC 6901) and why. */
export interface SchemaFault {
  readonly pointer: string;
  readonly message: string;
}

/** Faults after the first few say nothing new. */
const MAX_FAULTS = 8;

/** Checks a parsed value; an empty list means that it fits. Never throws. */
export function schemaFaults(schema: Schema, value: JsonValue): readonly SchemaFault[] {
  const faults: SchemaFault[] = [];
  visit(schema, value, undefined, faults);
  return faults;
}

/** Where a value stands; its pointer is written only for a fault. */
interface Place {
  readonly above: Place | undefined;
  readonly name: string | number;
}

function pointerOf(place: Place | undefined): string {
  return place === undefined ? '' : `${pointerOf(place.above)}/${pointerPart(place.name)}`;
}

function visit(schema: Schema, value: JsonValue, place: Place | undefined, faults: SchemaFault[]): void {
  if (faults.length >= MAX_FAULTS) return;
  const fault = (message: string): void => void faults.push({ pointer: pointerOf(place) || '/', message });
  const wrong = mismatch(schema, value);
  if (wrong !== undefined) fault(wrong);
  if (wrong !== undefined || schema.type === undefined) return;
  if (typeof value === 'string') visitString(schema, value, fault);
  else if (typeof value === 'number') visitNumber(schema, value, fault);
  else if (Array.isArray(value)) visitArray(schema, value, place, faults, fault);
  else if (value !== null && typeof value === 'object')
    visitObject(schema, value as JsonObject, place, faults, fault);
}

/** What is wrong with the value as a whole, before one looks into it. */
function mismatch(schema: Schema, value: JsonValue): string | undefined {
  if (schema.oneOf !== undefined) {
    const fitting = schema.oneOf.filter((option) => schemaFaults(option, value).length === 0);
    return fitting.length === 1 ? undefined : `must fit exactly one of ${schema.oneOf.length} forms`;
  }
  if (schema.const !== undefined && value !== schema.const) return `must be ${JSON.stringify(schema.const)}`;
  if (schema.enum !== undefined && !(typeof value === 'string' && schema.enum.includes(value)))
    return `must be one of ${schema.enum.join(', ')}`;
  if (schema.type === undefined || typeOf(value) === schema.type) return undefined;
  if (schema.type === 'number' && typeOf(value) === 'integer') return undefined;
  return `must be of type ${schema.type}`;
}

function visitString(schema: Schema, value: string, fault: (message: string) => void): void {
  const length = codePoints(value);
  if (length < (schema.minLength ?? 0)) fault(`must have at least ${schema.minLength} characters`);
  if (length > (schema.maxLength ?? Infinity)) fault(`must have at most ${schema.maxLength} characters`);
  if (schema.pattern !== undefined && !patternOf(schema.pattern).test(value))
    fault(`must have the form ${schema.pattern}`);
}

/** JSON Schema counts code points. */
function codePoints(text: string): number {
  return SURROGATE.test(text) ? [...text].length : text.length;
}
const SURROGATE = /[\ud800-\udfff]/;

/** Patterns are those of our own schemas: few. */
function patternOf(source: string): RegExp {
  const pattern = patterns.get(source) ?? new RegExp(source, 'u');
  patterns.set(source, pattern);
  return pattern;
}
const patterns = new Map<string, RegExp>();

function visitNumber(schema: Schema, value: number, fault: (message: string) => void): void {
  if (value < (schema.minimum ?? -Infinity)) fault(`must be at least ${schema.minimum}`);
  if (value > (schema.maximum ?? Infinity)) fault(`must be at most ${schema.maximum}`);
}

function visitArray(
  schema: Schema,
  value: readonly JsonValue[],
  above: Place | undefined,
  faults: SchemaFault[],
  fault: (message: string) => void,
): void {
  if (value.length < (schema.minItems ?? 0)) fault(`must have at least ${schema.minItems} items`);
  const { items } = schema;
  const crowded = value.length > (schema.maxItems ?? Infinity);
  if (crowded) fault(`must have at most ${schema.maxItems} items`);
  if (crowded || items === undefined) return;
  for (const [at, item] of value.entries()) visit(items, item, { above, name: at }, faults);
}

function visitObject(
  schema: Schema,
  value: JsonObject,
  above: Place | undefined,
  faults: SchemaFault[],
  fault: (message: string) => void,
): void {
  for (const name of schema.required ?? []) if (!Object.hasOwn(value, name)) fault(`lacks "${name}"`);
  const rest = schema.additionalProperties ?? false;
  for (const [name, item] of Object.entries(value)) {
    const known =
      schema.properties !== undefined && Object.hasOwn(schema.properties, name)
        ? schema.properties[name]
        : undefined;
    const next = known ?? (typeof rest === 'object' ? rest : undefined);
    if (next !== undefined) visit(next, item, { above, name }, faults);
    else if (rest === false) fault(`has the unknown member "${name.slice(0, 60)}"`);
  }
}

function typeOf(value: JsonValue): Schema['type'] {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'string') return 'string';
  return typeof value === 'boolean' ? 'boolean' : 'object';
}

function pointerPart(name: string | number): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1');
}
