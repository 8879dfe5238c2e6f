import { FiliationError, parseJson, quoted } from '@filiation/verify';
import { array, object, type Shape, text } from './shape.ts';

/** Bytes of a declaration, ancestors it may name, characters of a name. */
const MAX_BYTES = 2 ** 20;
export const MAX_ANCESTORS = 200;
export const MAX_NAME = 300;

export const DECLARED_RELATIONS = [
  'fine-tune',
  'adapter',
  'merge',
  'quantized',
  'distilled',
  'pruned',
  'unknown',
] as const;
export type DeclaredRelation = (typeof DECLARED_RELATIONS)[number];

export interface DeclaredAncestor {
  /** `owner/name`, or whatever the declaring party calls the model. */
  readonly name: string;
  /** How the model came from it. */
  readonly relation: DeclaredRelation;
  /** Hex digest of the ancestor as `filiation inspect` prints it. */
  readonly sha256?: string;
}

export type DeclarationBasis = 'party' | 'model-card' | 'cyclonedx' | 'signed-manifest';

/** What somebody states about a model's origin: a claim with a date, never a fact. */
export interface ModelDeclaration {
  readonly schema: 'filiation.declaration/1';
  readonly model: {
    readonly name: string;
    /** Hex digest as `filiation inspect` prints it; absent where only a document was read. */
    readonly sha256?: string;
  };
  readonly ancestors: readonly DeclaredAncestor[];
  /** `none`: trained from scratch, no ancestors. `complete`: all are named. */
  readonly completeness: 'complete' | 'partial' | 'none';
  readonly basis: DeclarationBasis;
  /** The documents it was read from, by the digest of their bytes: they can be edited later. */
  readonly sources: readonly { readonly name: string; readonly sha256: string }[];
  readonly licenses: readonly string[];
  readonly datasets: readonly string[];
  /** RFC 3339 UTC, as the declaring side's clock had it. */
  readonly declaredAt: string;
}

/**
 * Reads a declaration file.
 *
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED, UNSUPPORTED (another kind of document)
 */
export function parseDeclaration(bytes: Uint8Array, where: string): ModelDeclaration {
  const document = object(parseJson(bytes, { limit: MAX_BYTES, where }), where);
  if (document.schema !== 'filiation.declaration/1')
    throw new FiliationError('UNSUPPORTED', `${where} is no declaration`, {
      where,
      hint: 'filiation declare writes one',
    });
  const model = object(document.model, `${where}: model`);
  const ancestors = array(document.ancestors, `${where}: ancestors`).map((value) =>
    readAncestor(object(value, `${where}: ancestors`), where),
  );
  const declaration: ModelDeclaration = {
    schema: 'filiation.declaration/1',
    model: { name: name(model.name, where), ...optionalDigest(model.sha256, where) },
    ancestors,
    completeness: oneOf(document.completeness, ['complete', 'partial', 'none'], where),
    basis: oneOf(document.basis, ['party', 'model-card', 'cyclonedx', 'signed-manifest'], where),
    sources: array(document.sources, `${where}: sources`).map((value) => {
      const source = object(value, `${where}: sources`);
      return { name: name(source.name, where), sha256: digest(source.sha256, where) };
    }),
    licenses: array(document.licenses, `${where}: licenses`).map((value) => name(value, where)),
    datasets: array(document.datasets, `${where}: datasets`).map((value) => name(value, where)),
    declaredAt: text(document.declaredAt, `${where}: declaredAt`),
  };
  checkDeclaration(declaration, where);
  return declaration;
}

/** What no shape says. @throws FiliationError MALFORMED, LIMIT_EXCEEDED */
export function checkDeclaration(declaration: ModelDeclaration, where: string): void {
  const { ancestors, completeness } = declaration;
  if (ancestors.length > MAX_ANCESTORS)
    throw new FiliationError('LIMIT_EXCEEDED', `${where} names ${ancestors.length} ancestors`, {
      where,
      hint: `at most ${MAX_ANCESTORS} are taken`,
    });
  if ((completeness === 'none') !== (ancestors.length === 0))
    throw new FiliationError(
      'MALFORMED',
      ancestors.length === 0
        ? `${where} names no ancestor and does not say that there is none`
        : `${where} names ancestors and says that there are none`,
      { where },
    );
}

function readAncestor(value: Shape, where: string): DeclaredAncestor {
  return {
    name: name(value.name, where),
    relation: oneOf(value.relation, DECLARED_RELATIONS, where),
    ...optionalDigest(value.sha256, where),
  };
}

function name(value: unknown, where: string): string {
  const found = text(value, `${where}: a name`);
  if (found.length > MAX_NAME)
    throw new FiliationError('LIMIT_EXCEEDED', `${where} has a name of ${found.length} characters`, {
      where,
    });
  return found;
}

function digest(value: unknown, where: string): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value))
    throw new FiliationError('MALFORMED', `${where}: a digest is not 64 hex digits`, { where });
  return value;
}

function optionalDigest(value: unknown, where: string): { readonly sha256?: string } {
  return value === undefined ? {} : { sha256: digest(value, where) };
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], where: string): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined)
    throw new FiliationError(
      'MALFORMED',
      `${where}: ${quoted(String(value))} is not one of ${allowed.join(', ')}`,
      {
        where,
      },
    );
  return found;
}
