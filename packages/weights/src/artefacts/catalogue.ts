import { CATALOGUE_ROWS } from './catalogue-rows.ts';

/** What a designer of a model chooses, as far as the catalogue knows it. */
export const CHOICES = [
  'type',
  'layers',
  'hiddenSize',
  'heads',
  'keyValueHeads',
  'headSize',
  'mlpSize',
  'vocabularySize',
  'activation',
  'tiedHead',
  'norm',
  'rotaryBase',
  'rotaryFraction',
  'contextLength',
  'queryNorm',
  'beginToken',
  'endToken',
] as const;
export type Choice = (typeof CHOICES)[number];

/** Values as text: numbers in their shortest form, `true` and `false`. */
export type ChoiceValues = Readonly<Partial<Record<Choice, string>>>;

export interface CatalogueModel {
  readonly model: string;
  /** Maker and line, such as `qwen--qwen`: models of one family are not independent choices. */
  readonly family: string;
  readonly choices: ChoiceValues;
  readonly merges: number | undefined;
  readonly firstMergesDigest: string | undefined;
}

export const CATALOGUE_SOURCE =
  'cisco-ai-defense/model-provenance-kit (Apache-2.0), commit 9991417, facts only';

export const CATALOGUE: readonly CatalogueModel[] = readRows(CATALOGUE_ROWS);
export const CATALOGUE_FAMILIES: number = new Set(CATALOGUE.map(({ family }) => family)).size;
/** Families with a model whose tokenizer has merge rules. */
export const FAMILIES_WITH_MERGES: number = new Set(
  CATALOGUE.filter(({ firstMergesDigest }) => firstMergesDigest !== undefined).map(({ family }) => family),
).size;

function readRows(text: string): CatalogueModel[] {
  const [head, ...lines] = text.trimEnd().split('\n');
  const columns = head!.split('|');
  return lines.map((line) => {
    const cells = line.split('|');
    const cell = (column: string): string | undefined => {
      const value = cells[columns.indexOf(column)];
      return value === undefined || value === '' ? undefined : value;
    };
    const merges = cell('merges');
    return {
      model: cell('model')!,
      family: cell('family')!,
      choices: Object.fromEntries(
        CHOICES.flatMap((choice) => {
          const value = cell(choice);
          return value === undefined ? [] : [[choice, value]];
        }),
      ),
      merges: merges === undefined ? undefined : Number(merges),
      firstMergesDigest: cell('firstMerges'),
    };
  });
}

/** How many families have a model that satisfies a condition, of those that could. */
export interface FamilyCount {
  readonly families: number;
  /** Families of which the fact is known. */
  readonly known: number;
}

export function familiesWithValue(choice: Choice, value: string): FamilyCount {
  const known = new Set<string>();
  const having = new Set<string>();
  for (const { family, choices } of CATALOGUE) {
    if (choices[choice] === undefined) continue;
    known.add(family);
    if (choices[choice] === value) having.add(family);
  }
  return { families: having.size, known: known.size };
}

/**
 * Surprisal in bits of a fact that `families` of `known` families share: −log2((families + ½)/(known + 1)),
 * the share under a Beta(½, ½) prior, so that a fact never seen is rare but not impossible. At most
 * log2(2·known + 2) bits, which is all that a catalogue of this size can say.
 */
export function surprisal({ families, known }: FamilyCount): number {
  return -Math.log2((families + 0.5) / (known + 1));
}

/** Public models that have all of these values; what is not known of a model counts as shared. */
export function modelsSharing(values: ChoiceValues): readonly CatalogueModel[] {
  const wanted = Object.entries(values) as [Choice, string][];
  return CATALOGUE.filter(({ choices }) =>
    wanted.every(([choice, value]) => choices[choice] === undefined || choices[choice] === value),
  );
}

/** Public models whose merge rules begin alike and are as many: one tokenizer, added tokens aside. */
export function modelsWithMerges(merges: number, firstMergesDigest: string): readonly CatalogueModel[] {
  return CATALOGUE.filter(
    (entry) => entry.merges === merges && entry.firstMergesDigest === firstMergesDigest,
  );
}

export function familiesOf(models: readonly CatalogueModel[]): readonly string[] {
  return [...new Set(models.map(({ family }) => family))].sort();
}
