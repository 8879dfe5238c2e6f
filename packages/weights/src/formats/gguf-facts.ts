import type { JsonObject } from '@filiation/evidence';
import type { OriginClaims } from '../canonical/model.ts';
import type { Tokenizer } from '../canonical/tokenizer.ts';
import type { TensorStore } from '../store.ts';
import { ggufClaims, ggufConfiguration } from './gguf-configuration.ts';
import { ggufPermutesQueryKey } from './gguf-layout.ts';
import { ggufTokenizer } from './gguf-tokenizer.ts';

/** What a GGUF header says beside the tensors; parts it does not have are absent. */
export interface GgufFacts {
  readonly configuration?: JsonObject;
  readonly tokenizer?: Tokenizer;
  readonly claims?: OriginClaims;
  /** Query and key rows lie as rotary pairs: for `buildModel`. */
  readonly rotaryPairs: boolean;
}

/** Facts of a GGUF store; for a store of another format, that there are none. */
export function ggufFacts({ format, metadata }: TensorStore): GgufFacts {
  const architecture = metadata['general.architecture'];
  if (format !== 'gguf' || typeof architecture !== 'string') return { rotaryPairs: false };
  const tokenizer = ggufTokenizer(metadata);
  const claims = ggufClaims(metadata);
  return {
    configuration: ggufConfiguration(metadata),
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(claims === undefined ? {} : { claims }),
    rotaryPairs: ggufPermutesQueryKey(architecture),
  };
}
