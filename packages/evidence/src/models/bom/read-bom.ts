import { FiliationError, parseJson, quoted } from '@filiation/verify';
import {
  DECLARED_RELATIONS,
  type DeclaredAncestor,
  type DeclaredRelation,
  MAX_ANCESTORS,
  MAX_NAME,
} from '../declaration.ts';
import { array, object, type Shape, text } from '../shape.ts';

/** Bytes of a bill of materials; components in it, nested ones included. */
const MAX_BYTES = 64 * 2 ** 20;
const MAX_COMPONENTS = 100_000;

const VERSIONS = ['1.5', '1.6', '1.7'];
/** Where Filiation keeps what CycloneDX has no field for. */
export const RELATION_PROPERTY = 'filiation:relation';
export const COMPLETENESS_PROPERTY = 'filiation:completeness';
export const DIGEST_PROPERTY = 'filiation:tree-digest';

/** A model as a CycloneDX bill of materials describes it: claims of whoever wrote the document. */
export interface BomModel {
  readonly name: string;
  readonly version?: string;
  /** Hex digests by CycloneDX algorithm name (`SHA-256`). */
  readonly hashes: Readonly<Record<string, string>>;
  /** Hex tree digest, where Filiation wrote the document. */
  readonly treeDigest?: string;
  readonly ancestors: readonly DeclaredAncestor[];
  readonly descendants: readonly string[];
  readonly variants: readonly string[];
  readonly completeness: 'complete' | 'partial' | 'none' | 'unknown';
  readonly licenses: readonly string[];
  readonly card: {
    readonly task?: string;
    readonly architectureFamily?: string;
    readonly modelArchitecture?: string;
    readonly approach?: string;
    readonly datasets: readonly string[];
  };
}

export interface ModelBom {
  readonly specVersion: string;
  readonly serialNumber?: string;
  /** Every component of type `machine-learning-model`, the document's own subject first. */
  readonly models: readonly BomModel[];
}

/**
 * Reads a CycloneDX bill of materials in JSON, versions 1.5 to 1.7, as far as it speaks of models.
 *
 * @throws FiliationError MALFORMED, UNSUPPORTED (another version or format), LIMIT_EXCEEDED
 */
export function parseModelBom(bytes: Uint8Array, where: string): ModelBom {
  const document = object(parseJson(bytes, { limit: MAX_BYTES, where }), where);
  if (document.bomFormat !== 'CycloneDX')
    throw new FiliationError('UNSUPPORTED', `${where} is no CycloneDX document`, {
      where,
      hint: 'its JSON form is read: `bomFormat` must be CycloneDX',
    });
  const specVersion = text(document.specVersion, `${where}: specVersion`);
  if (!VERSIONS.includes(specVersion))
    throw new FiliationError('UNSUPPORTED', `${where} is CycloneDX ${quoted(specVersion)}`, {
      where,
      hint: `versions ${VERSIONS.join(', ')} are read`,
    });
  const found: Shape[] = [];
  const budget = { left: MAX_COMPONENTS };
  const metadata = document.metadata === undefined ? {} : object(document.metadata, `${where}: metadata`);
  if (metadata.component !== undefined) collect([metadata.component], found, budget, where);
  if (document.components !== undefined)
    collect(array(document.components, `${where}: components`), found, budget, where);
  const { serialNumber } = document;
  return {
    specVersion,
    ...(typeof serialNumber === 'string' ? { serialNumber } : {}),
    models: found.map((component) => readModel(component, where)),
  };
}

function collect(
  components: readonly unknown[],
  found: Shape[],
  budget: { left: number },
  where: string,
): void {
  for (const value of components) {
    if (budget.left-- === 0)
      throw new FiliationError('LIMIT_EXCEEDED', `${where} has more than ${MAX_COMPONENTS} components`, {
        where,
      });
    const component = object(value, `${where}: components`);
    if (component.type === 'machine-learning-model') found.push(component);
    if (component.components !== undefined)
      collect(array(component.components, `${where}: components`), found, budget, where);
  }
}

function readModel(component: Shape, where: string): BomModel {
  const pedigree = component.pedigree === undefined ? {} : object(component.pedigree, `${where}: pedigree`);
  const relatives = (key: string): Shape[] => {
    const list = pedigree[key] === undefined ? [] : array(pedigree[key], `${where}: pedigree.${key}`);
    if (list.length > MAX_ANCESTORS)
      throw new FiliationError('LIMIT_EXCEEDED', `${where} lists ${list.length} ${key}`, { where });
    return list.map((value) => object(value, `${where}: pedigree.${key}`));
  };
  const stated = propertyOf(component, COMPLETENESS_PROPERTY);
  const treeDigest = digestOf(component);
  const { version } = component;
  return {
    name: componentName(component, where),
    ...(typeof version === 'string' && version.length <= MAX_NAME ? { version } : {}),
    hashes: readHashes(component, where),
    ...(treeDigest === undefined ? {} : { treeDigest }),
    ancestors: relatives('ancestors').map((each) => readAncestor(each, where)),
    descendants: relatives('descendants').map((each) => componentName(each, where)),
    variants: relatives('variants').map((each) => componentName(each, where)),
    completeness: stated === 'complete' || stated === 'partial' || stated === 'none' ? stated : 'unknown',
    licenses: readLicenses(component.licenses, where),
    card: readCard(component.modelCard, where),
  };
}

function readAncestor(component: Shape, where: string): DeclaredAncestor {
  const stated = propertyOf(component, RELATION_PROPERTY);
  const relation: DeclaredRelation = DECLARED_RELATIONS.find((each) => each === stated) ?? 'unknown';
  const sha256 = digestOf(component) ?? readHashes(component, where)['SHA-256'];
  return { name: componentName(component, where), relation, ...(sha256 === undefined ? {} : { sha256 }) };
}

/** `group/name` where there is a group: hubs' owners stand there. */
function componentName(component: Shape, where: string): string {
  const name = text(component.name, `${where}: a component's name`);
  const { group } = component;
  const full = typeof group === 'string' && group !== '' ? `${group}/${name}` : name;
  if (full.length > MAX_NAME)
    throw new FiliationError('LIMIT_EXCEEDED', `${where} has a name of ${full.length} characters`, { where });
  return full;
}

function readHashes(component: Shape, where: string): Readonly<Record<string, string>> {
  if (component.hashes === undefined) return {};
  return Object.fromEntries(
    array(component.hashes, `${where}: hashes`)
      .slice(0, 32)
      .map((value) => {
        const { alg, content } = object(value, `${where}: hashes`);
        const digest = text(content, `${where}: hashes`).toLowerCase();
        if (!/^([0-9a-f]{2}){16,64}$/.test(digest))
          throw new FiliationError('MALFORMED', `${where}: ${quoted(digest)} is no digest`, { where });
        return [text(alg, `${where}: hashes`), digest];
      }),
  );
}

function digestOf(component: Shape): string | undefined {
  const stated = propertyOf(component, DIGEST_PROPERTY);
  return stated !== undefined && /^[0-9a-f]{64}$/.test(stated) ? stated : undefined;
}

function propertyOf(component: Shape, name: string): string | undefined {
  const list = Array.isArray(component.properties) ? component.properties : [];
  const found: unknown = list.find(
    (each) => each !== null && typeof each === 'object' && each.name === name,
  )?.value;
  return typeof found === 'string' ? found : undefined;
}

function readLicenses(value: unknown, where: string): string[] {
  if (value === undefined) return [];
  return array(value, `${where}: licenses`)
    .slice(0, 64)
    .flatMap((each) => {
      const choice = object(each, `${where}: licenses`);
      const license = choice.license === undefined ? choice : object(choice.license, `${where}: licenses`);
      const name = license.id ?? license.name ?? license.expression;
      return typeof name === 'string' && name !== '' && name.length <= MAX_NAME ? [name] : [];
    });
}

function readCard(value: unknown, where: string): BomModel['card'] {
  const card = value === undefined ? {} : object(value, `${where}: modelCard`);
  const parameters =
    card.modelParameters === undefined ? {} : object(card.modelParameters, `${where}: modelParameters`);
  const approach = parameters.approach === undefined ? {} : object(parameters.approach, `${where}: approach`);
  const datasets = parameters.datasets === undefined ? [] : array(parameters.datasets, `${where}: datasets`);
  const optional = (key: string, found: unknown): object =>
    typeof found === 'string' && found !== '' && found.length <= MAX_NAME ? { [key]: found } : {};
  return {
    ...optional('task', parameters.task),
    ...optional('architectureFamily', parameters.architectureFamily),
    ...optional('modelArchitecture', parameters.modelArchitecture),
    ...optional('approach', approach.type),
    datasets: datasets.slice(0, 256).flatMap((each) => {
      const { name, ref } = object(each, `${where}: datasets`);
      const found = name ?? ref;
      return typeof found === 'string' && found !== '' && found.length <= MAX_NAME ? [found] : [];
    }),
  };
}
