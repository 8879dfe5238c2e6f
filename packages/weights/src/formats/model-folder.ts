import { join } from 'node:path';
import { FiliationError, type JsonObject, readModelCard } from '@filiation/evidence';
import type { OriginClaims } from '../canonical/model.ts';
import type { Tokenizer } from '../canonical/tokenizer.ts';
import type { Oddity } from '../store.ts';
import { fileSource } from './file-source.ts';
import { isJsonObject, parseJson } from './json-text.ts';
import { sentencePieceTokenizer } from './sentencepiece.ts';
import {
  parseTokenizerJson,
  parseVocabularyAndMerges,
  parseVocabularyLines,
  readAddedDecoder,
} from './tokenizer-json.ts';

/** Bytes. Configurations with large label lists reach 1 MB; tokenizer.json of the largest vocabularies 35 MB. */
const MAX_CONFIGURATION_BYTES = 8 * 2 ** 20;
const MAX_TOKENIZER_BYTES = 256 * 2 ** 20;
const MAX_CARD_BYTES = 4 * 2 ** 20;

/** What stands beside the weights in a Hugging Face folder. Unreadable parts become oddities, because the
 *  weights can be tested without them. */
export interface FolderFacts {
  readonly configuration: JsonObject | undefined;
  readonly tokenizer: Tokenizer | undefined;
  readonly claims: OriginClaims | undefined;
  readonly oddities: readonly Oddity[];
}

export async function readModelFolder(folder: string): Promise<FolderFacts> {
  const oddities: Oddity[] = [];
  const reader = new FolderReader(folder, oddities);
  const configuration = await reader.object('config.json');
  const generation = await reader.object('generation_config.json');
  const tokenizer = await readTokenizer(reader);
  const adapter = await reader.object('adapter_config.json');
  const claims = await claimsOf(reader, adapter);
  return {
    configuration:
      configuration === undefined || generation === undefined
        ? configuration
        : { ...configuration, generation_config: generation },
    tokenizer,
    claims,
    oddities,
  };
}

async function claimsOf(
  reader: FolderReader,
  adapter: JsonObject | undefined,
): Promise<OriginClaims | undefined> {
  const text = await reader.text('README.md', MAX_CARD_BYTES);
  const card = text && (await reader.guard('README.md', () => readModelCard(text, 'README.md')));
  if (card && card.baseModels.length > 0) {
    const { baseModels, relation } = card;
    return { baseModels, ...(relation === undefined ? {} : { relation }) };
  }
  const base = adapter?.base_model_name_or_path;
  return typeof base === 'string' && base !== '' ? { baseModels: [base], relation: 'adapter' } : undefined;
}

/** The first tokenizer file that can be read, best first. */
async function readTokenizer(reader: FolderReader): Promise<Tokenizer | undefined> {
  const settings = await reader.object('tokenizer_config.json');
  const template = await chatTemplate(reader, settings);
  const added = (where: string) => readAddedDecoder(settings?.added_tokens_decoder, where);
  const attempts: readonly (() => Promise<Tokenizer | undefined>)[] = [
    () =>
      reader.parse('tokenizer.json', MAX_TOKENIZER_BYTES, (text, where) =>
        parseTokenizerJson(text, where, template),
      ),
    async () => {
      const merges = await reader.text('merges.txt', MAX_TOKENIZER_BYTES);
      return merges === undefined
        ? undefined
        : reader.parse('vocab.json', MAX_TOKENIZER_BYTES, (text, where) =>
            parseVocabularyAndMerges(text, merges, where, added(where), template),
          );
    },
    async () => {
      const bytes = await reader.bytes('tokenizer.model', MAX_TOKENIZER_BYTES);
      return bytes === undefined
        ? undefined
        : reader.guard('tokenizer.model', () => sentencePieceTokenizer(bytes, 'tokenizer.model', template));
    },
    () => reader.parse('vocab.txt', MAX_TOKENIZER_BYTES, parseVocabularyLines),
  ];
  for (const attempt of attempts) {
    const tokenizer = await attempt();
    if (tokenizer !== undefined) return tokenizer;
  }
  return undefined;
}

async function chatTemplate(
  reader: FolderReader,
  settings: JsonObject | undefined,
): Promise<string | undefined> {
  const file = await reader.text('chat_template.jinja', MAX_CONFIGURATION_BYTES);
  if (file !== undefined) return file;
  const value = (await reader.object('chat_template.json'))?.chat_template ?? settings?.chat_template;
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  const named = value.filter(isJsonObject);
  const chosen = named.find((entry) => entry.name === 'default') ?? named[0];
  return typeof chosen?.template === 'string' ? chosen.template : undefined;
}

/** Reads small files of one folder; a failure is noted, not thrown. */
class FolderReader {
  private readonly folder: string;
  private readonly oddities: Oddity[];

  constructor(folder: string, oddities: Oddity[]) {
    this.folder = folder;
    this.oddities = oddities;
  }

  async bytes(name: string, limit: number): Promise<Uint8Array | undefined> {
    try {
      const source = await fileSource(join(this.folder, name), name);
      try {
        if (source.size > limit)
          throw new FiliationError(
            'LIMIT_EXCEEDED',
            `it has ${source.size} bytes, and at most ${limit} are read`,
          );
        return await source.read(0, source.size);
      } finally {
        await source.close();
      }
    } catch (error) {
      if (!(error instanceof FiliationError && error.code === 'NOT_FOUND')) this.note(name, error);
      return undefined;
    }
  }

  async text(name: string, limit: number): Promise<string | undefined> {
    const bytes = await this.bytes(name, limit);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  async parse<T>(
    name: string,
    limit: number,
    read: (text: string, where: string) => T,
  ): Promise<T | undefined> {
    const text = await this.text(name, limit);
    return text === undefined ? undefined : this.guard(name, () => read(text, name));
  }

  async object(name: string): Promise<JsonObject | undefined> {
    return this.parse(name, MAX_CONFIGURATION_BYTES, (text, where) => {
      const value = parseJson(text, where);
      if (!isJsonObject(value)) throw new FiliationError('MALFORMED', `${where} is not a JSON object`);
      return value;
    });
  }

  async guard<T>(name: string, read: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.note(name, error);
      return undefined;
    }
  }

  private note(name: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.oddities.push({
      severity: 'warning',
      kind: 'unreadable-file',
      text: `${name} was left out: ${why}`,
    });
  }
}
