import { FiliationError } from '@filiation/verify';
import { type DeclaredAncestor, type DeclaredRelation, MAX_NAME } from '../declaration.ts';

/** Characters of front matter; the longest lists of languages and results reach 30,000. */
const MAX_FRONT_MATTER = 262_144;
/** Entries taken from one list. */
const MAX_ENTRIES = 64;
/** Uses of YAML anchors: cards use none, and a few can stand for billions of nodes. */
const MAX_ALIASES = 16;

/** What a Hugging Face model card states in its front matter: free text by whoever uploaded it. */
export interface ModelCard {
  /** `base_model`: one id, or several. */
  readonly baseModels: readonly string[];
  /** `base_model_relation`, as written. */
  readonly relation?: string;
  readonly licenses: readonly string[];
  readonly datasets: readonly string[];
  /** `pipeline_tag`. */
  readonly task?: string;
}

/**
 * Reads the YAML front matter of a model card (`README.md`).
 *
 * @returns undefined where there is no front matter
 * @throws FiliationError MALFORMED (no YAML mapping, keys twice), LIMIT_EXCEEDED
 */
export async function readModelCard(card: string, where: string): Promise<ModelCard | undefined> {
  if (!/^\uFEFF?---[ \t]*\r?\n/.test(card.slice(0, 100))) return undefined;
  const end = /\r?\n---[ \t]*(\r?\n|$)/.exec(card.slice(3, MAX_FRONT_MATTER));
  if (end === null) {
    if (card.length <= MAX_FRONT_MATTER) return undefined;
    throw new FiliationError('LIMIT_EXCEEDED', `${where}: the front matter does not end`, {
      where,
      hint: `at most ${MAX_FRONT_MATTER} characters are read`,
    });
  }
  const facts = await parseYaml(card.slice(card.indexOf('\n') + 1, 3 + end.index + 1), where);
  const relation = texts(facts.base_model_relation)[0];
  const task = texts(facts.pipeline_tag)[0];
  return {
    baseModels: texts(facts.base_model),
    ...(relation === undefined ? {} : { relation }),
    licenses: texts(facts.license_name === undefined ? facts.license : facts.license_name),
    datasets: texts(facts.datasets),
    ...(task === undefined ? {} : { task }),
  };
}

async function parseYaml(yaml: string, where: string): Promise<Readonly<Record<string, unknown>>> {
  // Loaded here: most commands read no card.
  const { parseDocument } = await import('yaml');
  let value: unknown;
  try {
    const document = parseDocument(yaml, { schema: 'core', merge: false, logLevel: 'silent' });
    if (document.errors.length > 0) throw document.errors[0]!;
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    throw new FiliationError('MALFORMED', `${where}: the front matter is not YAML`, { where, cause });
  }
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new FiliationError('MALFORMED', `${where}: the front matter is no list of keys`, { where });
  return value as Readonly<Record<string, unknown>>;
}

/** A scalar or a list of scalars, as texts; whatever else stands there states nothing. */
function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value])
    .slice(0, MAX_ENTRIES)
    .filter((each) => typeof each === 'string' || typeof each === 'number')
    .map((each) => String(each).trim())
    .filter((each) => each !== '' && each.length <= MAX_NAME);
}

/** Files of a model folder that state an origin, as far as they are there. */
export interface OriginFiles {
  readonly card?: ModelCard;
  /** adapter_config.json */
  readonly adapter?: Readonly<Record<string, unknown>>;
  /** config.json */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/** Words of `base_model_relation`. Any other word says nothing that a test could decide. */
const RELATIONS: Readonly<Record<string, DeclaredRelation>> = {
  adapter: 'adapter',
  finetune: 'fine-tune',
  merge: 'merge',
  quantized: 'quantized',
};

/**
 * The ancestors that a model folder's own files state, each once: `base_model` of the card, the base of
 * an adapter, and the model that a configuration was loaded from (written by the training library, often
 * without anybody noticing). Local paths are nobody's model name and left out.
 */
export function statedAncestors(files: OriginFiles): DeclaredAncestor[] {
  const { card, adapter, configuration } = files;
  const ofCard = RELATIONS[card?.relation ?? ''] ?? 'unknown';
  const found: DeclaredAncestor[] = (card?.baseModels ?? []).map((name) => ({ name, relation: ofCard }));
  const add = (name: unknown, relation: DeclaredRelation): void => {
    if (typeof name !== 'string' || !isModelId(name) || found.some((each) => each.name === name)) return;
    found.push({ name, relation });
  };
  add(adapter?.base_model_name_or_path, 'adapter');
  add(configuration?._name_or_path, 'unknown');
  return found;
}

/** `owner/name`, as hubs of models have it. */
function isModelId(name: string): boolean {
  return name.length <= MAX_NAME && /^[\w][\w.-]*\/[\w][\w.-]*$/.test(name);
}
