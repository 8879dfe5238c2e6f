import type { Finding, JsonObject, TestCard, WeightOpinion } from '@filiation/evidence';
import type { PairClaims } from './claims/pair-claims.ts';

/** What a reader of a report needs to know a model by. Plain data: safe to write as JSON. */
export interface ModelSummary {
  readonly name: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  /** `safetensors`, `gguf`, `pytorch` or `memory`. */
  readonly format: string;
  /** Row of the family table that matched; `unknown` where none did. */
  readonly family: string;
  /** Stored parameters (tensor elements), all tensors together. */
  readonly parameters: number;
  readonly layers: number;
  readonly hiddenSize: number;
  /** Query heads, where known. */
  readonly heads?: number;
  /** Hidden units of one MLP, where known. */
  readonly mlpSize?: number;
  readonly vocabularySize: number;
  /** Storage types present, the most common first: `BF16`, `Q4_K` … */
  readonly dtypes: readonly string[];
  /** Anything odd about the files, one plain sentence each. */
  readonly oddities: readonly string[];
}

/** A comparison of two models as one plain JSON document: what `--json` prints and the page draws. */
export interface ComparisonReport {
  readonly schema: 'filiation.comparison/1';
  /** Name and version of the software that made it. */
  readonly software: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** The possible parent, A. */
  readonly reference: ModelSummary;
  /** The model in question, B. */
  readonly subject: ModelSummary;
  /** Models known not to be related, compared in the same way. */
  readonly controls: readonly ModelSummary[];
  /** Further models that may have been merged into the subject. */
  readonly candidates: readonly ModelSummary[];
  readonly opinion: WeightOpinion;
  /** What is claimed of the subject against what was found; absent where nothing is. */
  readonly claims?: PairClaims;
  readonly findings: readonly Finding[];
  /** Card of every test that made one of the findings. */
  readonly cards: readonly TestCard[];
  /** Everything needed to run it again. */
  readonly parameters: JsonObject;
}
