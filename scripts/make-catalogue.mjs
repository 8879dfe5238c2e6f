// Writes packages/weights/src/artefacts/catalogue-rows.ts from published facts of public base models:
//   node scripts/make-catalogue.mjs models.jsonl
// models.jsonl holds the config and tokenizer facts of cisco-ai-defense/model-provenance-kit (Apache-2.0),
// commit 9991417, one model a line. Only facts are taken, and only those that the tests compare.
import { readFileSync, writeFileSync } from 'node:fs';

const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('Usage: node scripts/make-catalogue.mjs models.jsonl\n');
  process.exit(2);
}

const COLUMNS = [
  'model',
  'family',
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
  'tokens',
  'merges',
  'firstMerges',
];

/** The rotary settings, which newer configurations keep per kind of layer. */
function rotary(config) {
  const scaling = config.rope_scaling ?? {};
  const inner = scaling.full_attention ?? scaling;
  const base = inner.rope_theta ?? config.rope_theta ?? null;
  // The source lists an absent fraction of a rotary model as absent; that means all of it.
  return { base, fraction: base === null ? null : (inner.partial_rotary_factor ?? 1) };
}

function row({ model, family, config, tokenizer }) {
  const heads = config.num_attention_heads;
  const { base, fraction } = rotary(config);
  const evenly = config.hidden_size / heads;
  const hasMerges = tokenizer.num_merges > 0;
  const facts = {
    model,
    family,
    type: config.model_type,
    layers: config.num_hidden_layers,
    hiddenSize: config.hidden_size,
    heads,
    // Where it is absent the source guesses, for Falcon wrongly.
    keyValueHeads: config.num_key_value_heads,
    headSize: config.head_dim ?? (Number.isInteger(evenly) ? evenly : null),
    mlpSize: config.intermediate_size,
    vocabularySize: config.vocab_size,
    activation: config.hidden_act,
    tiedHead: config.tie_word_embeddings,
    norm: { RMSNorm: 'rms', LayerNorm: 'layer' }[config.norm_type] ?? null,
    rotaryBase: base,
    rotaryFraction: fraction,
    contextLength: config.max_position_embeddings,
    queryNorm: config.qk_norm,
    beginToken: config.bos_token_id,
    endToken: Array.isArray(config.eos_token_id) ? null : config.eos_token_id,
    tokens: tokenizer.vocab_size,
    merges: hasMerges ? tokenizer.num_merges : null,
    // SHA-256 of the first 50 merge rules joined by line feeds, cut to 64 bits.
    firstMerges: hasMerges ? tokenizer.merge_rule_hash.slice(0, 16) : null,
  };
  return COLUMNS.map((column) => cell(facts[column])).join('|');
}

function cell(value) {
  const text = value === null || value === undefined ? '' : String(value);
  if (/[|\n`\\$]/.test(text)) throw new Error(`unfit for the table: ${text}`);
  return text;
}

const models = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line))
  .sort((a, b) => (a.family === b.family ? compare(a.model, b.model) : compare(a.family, b.family)));

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

writeFileSync(
  new URL('../packages/weights/src/artefacts/catalogue-rows.ts', import.meta.url),
  `// Written by scripts/make-catalogue.mjs; do not edit.

/** Public base models, one a line after the line of column names; an empty cell is not known. Facts from
 *  cisco-ai-defense/model-provenance-kit (Apache-2.0), commit 9991417. */
export const CATALOGUE_ROWS: string = \`${COLUMNS.join('|')}
${models.map(row).join('\n')}
\`;
`,
);
process.stderr.write(`${models.length} models\n`);
