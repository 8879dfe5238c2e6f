import type { JsonObject } from '@filiation/evidence';
import type { Oddity, StoredTensor } from '../store.ts';
import type { ConfigurationFacts } from './configuration.ts';
import type { Family } from './families.ts';
import type { CanonicalTensor, TensorRole } from './model.ts';

/** Facts of a model's shape: from its configuration where present, else from its tensors. */
export interface Architecture {
  /** Row of the family table that matched: `llama`, `gpt2`, `gpt-neox` …; `unknown` where none did. */
  readonly family: string;
  readonly layers: number;
  readonly hiddenSize: number;
  /** Query heads; undefined where neither configuration nor shapes tell. */
  readonly heads: number | undefined;
  readonly keyValueHeads: number | undefined;
  readonly headSize: number | undefined;
  /** Hidden units of one MLP (one expert's, in a mixture of experts). */
  readonly mlpSize: number | undefined;
  readonly gatedMlp: boolean;
  readonly experts: number;
  readonly vocabularySize: number;
  readonly tiedHead: boolean;
  /** `rms` permits rotations of the residual stream, `layer` (mean subtracted) does not. */
  readonly norm: 'rms' | 'layer' | 'unknown';
  readonly positions: 'rotary' | 'learned' | 'alibi' | 'none' | 'unknown';
  /** config.json (or GGUF general/architecture keys) as read; untrusted, only shown and compared. */
  readonly configuration: JsonObject;
}

export interface ArchitectureInput {
  readonly tensors: readonly CanonicalTensor[];
  readonly unassigned: readonly StoredTensor[];
  readonly facts: ConfigurationFacts;
  readonly family: Family | undefined;
  readonly hiddenSize: number | undefined;
  readonly configuration: JsonObject;
}

/** Facts of a model's shape, and where its configuration says otherwise. The tensors win. */
export function describeArchitecture(input: ArchitectureInput): {
  readonly architecture: Architecture;
  readonly oddities: readonly Oddity[];
} {
  const { tensors, facts, family } = input;
  const seen = surveyTensors(tensors);
  const up = seen.expert('mlp-up') ?? seen.first('mlp-up');
  const heads = headLayout(seen, facts);
  const head = seen.first('head');
  const layers = seen.layers > 0 ? seen.layers : (facts.layers ?? 0);
  const tiedHead = head === undefined;
  const architecture: Architecture = {
    family: family?.name ?? 'unknown',
    layers,
    hiddenSize: input.hiddenSize ?? up?.columns ?? facts.hiddenSize ?? 0,
    ...heads,
    mlpSize: up?.rows ?? facts.mlpSize,
    gatedMlp: seen.first('mlp-gate') !== undefined,
    experts: seen.experts,
    vocabularySize: seen.first('embedding')?.rows ?? facts.vocabularySize ?? 0,
    tiedHead,
    norm: seen.normBias ? 'layer' : (facts.norm ?? family?.norm ?? 'unknown'),
    positions:
      seen.first('position-embedding') === undefined
        ? (facts.positions ?? family?.positions ?? 'unknown')
        : 'learned',
    configuration: input.configuration,
  };
  return {
    architecture,
    oddities: [
      ...disagreements(architecture, facts, tensors.length > 0),
      ...missingLayers(seen, input.unassigned),
    ],
  };
}

interface Survey {
  readonly layers: number;
  readonly experts: number;
  readonly normBias: boolean;
  /** Layers from 0 of which no tensor has a role. */
  readonly empty: readonly number[];
  first(role: TensorRole): CanonicalTensor | undefined;
  /** The first that belongs to an expert. */
  expert(role: TensorRole): CanonicalTensor | undefined;
}

function surveyTensors(tensors: readonly CanonicalTensor[]): Survey {
  const firsts = new Map<TensorRole, CanonicalTensor>();
  const experts = new Map<TensorRole, CanonicalTensor>();
  const layers = new Set<number>();
  let expertCount = 0;
  let normBias = false;
  for (const tensor of tensors) {
    const { role, layer, expert } = tensor;
    if (layer !== undefined) layers.add(layer);
    expertCount = Math.max(expertCount, (expert ?? -1) + 1);
    if (tensor.bias) {
      normBias ||= role === 'final-norm' || role === 'attention-norm';
      continue;
    }
    if (!firsts.has(role)) firsts.set(role, tensor);
    if (expert !== undefined && !experts.has(role)) experts.set(role, tensor);
  }
  const count = Math.max(-1, ...layers) + 1;
  return {
    layers: count,
    experts: expertCount,
    normBias,
    empty: Array.from({ length: count }, (_, layer) => layer).filter((layer) => !layers.has(layer)),
    first: (role) => firsts.get(role),
    expert: (role) => experts.get(role),
  };
}

/** A layer that is there under names not known here (state-space and convolution layers) is not missing. */
function missingLayers({ empty }: Survey, unassigned: readonly StoredTensor[]): Oddity[] {
  if (empty.length === 0) return [];
  const present = new Set(
    unassigned.flatMap(({ name }) => name.match(/(?<=\.)\d{1,4}(?=\.)/g) ?? []).map(Number),
  );
  const missing = empty.filter((layer) => !present.has(layer));
  if (missing.length === 0) return [];
  const text = `of ${missing.length} layers before the last no tensor is there, the first being layer ${missing[0]}`;
  return [{ severity: 'warning', kind: 'missing-layer', text }];
}

/** Heads from the configuration where the tensors can be cut so; else from the length of a head's own
 *  query norm; else unknown. */
function headLayout(
  seen: Survey,
  facts: ConfigurationFacts,
): Pick<Architecture, 'heads' | 'keyValueHeads' | 'headSize'> {
  const latent = seen.first('attention-kv-b') !== undefined;
  const query = (seen.first('attention-q') ?? seen.first('attention-q-b'))?.rows;
  const key = seen.first('attention-k')?.rows;
  if (query === undefined)
    return { heads: facts.heads, keyValueHeads: facts.keyValueHeads, headSize: facts.headSize };
  const headSize = headSizeOf(query, key, seen.first('attention-q-norm')?.columns, facts);
  if (headSize === undefined) return { heads: undefined, keyValueHeads: undefined, headSize: undefined };
  const heads = query / headSize;
  return { heads, keyValueHeads: latent || key === undefined ? heads : key / headSize, headSize };
}

function headSizeOf(
  query: number,
  key: number | undefined,
  normLength: number | undefined,
  facts: ConfigurationFacts,
): number | undefined {
  const claimed = facts.heads === undefined ? facts.headSize : query / facts.heads;
  const candidates = [claimed, facts.headSize, normLength === query ? undefined : normLength];
  return candidates.find(
    (size) =>
      size !== undefined &&
      Number.isInteger(size) &&
      query % size === 0 &&
      (key === undefined || key % size === 0),
  );
}

function disagreements(found: Architecture, facts: ConfigurationFacts, hasTensors: boolean): Oddity[] {
  if (!hasTensors) return [];
  const compare: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ['layers', found.layers === facts.layersWithPrediction ? undefined : facts.layers, found.layers],
    ['hidden size', facts.hiddenSize, found.hiddenSize],
    ['query heads', facts.heads, found.heads],
    [
      'key/value heads',
      found.keyValueHeads === found.heads ? undefined : facts.keyValueHeads,
      found.keyValueHeads,
    ],
    ['head size', facts.headSize, found.headSize],
    ['vocabulary size', facts.vocabularySize, found.vocabularySize],
    ['MLP size', found.family === 'qwen' ? undefined : facts.mlpSize, found.mlpSize],
    ['experts', facts.experts, found.experts],
  ];
  const out: Oddity[] = [];
  for (const [what, claimed, seen] of compare)
    if (claimed !== undefined && claimed !== seen)
      out.push({
        severity: 'warning',
        kind: 'configuration-mismatch',
        text: `the configuration says ${what} ${claimed}, the tensors ${seen ?? 'that this cannot be'}`,
      });
  if (facts.tied === false && found.tiedHead)
    out.push({
      severity: 'note',
      kind: 'configuration-mismatch',
      text: 'the configuration says that head and embedding are separate, but there is no head',
    });
  return out;
}
