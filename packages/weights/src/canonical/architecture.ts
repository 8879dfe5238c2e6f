import type { JsonObject } from '@filiation/evidence';

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
