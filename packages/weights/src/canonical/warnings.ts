import type { Oddity, StoredTensor } from '../store.ts';
import type { CanonicalTensor } from './model.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Names under which weights are kept packed, several in a stored number: GPTQ and AWQ, bitsandbytes,
 *  compressed-tensors, MXFP4. They are not unpacked here. */
const PACKED = /\.(qweight|qzeros|weight_packed|absmax|quant_map)$|_blocks$|\.quant_state\./;

/** What a reader should be told of tensors and tokens that found no place. */
export function besideRoles(
  unassigned: readonly StoredTensor[],
  tensors: readonly CanonicalTensor[],
  tokenizer: Tokenizer | undefined,
): Oddity[] {
  const oddities: Oddity[] = [];
  const packed = unassigned.filter(({ name }) => PACKED.test(name));
  if (packed.length > 0)
    oddities.push({
      severity: 'warning',
      kind: 'packed-weights',
      text: `${packed.length} tensors hold packed quantised weights (as ${packed[0]!.name}), which are not unpacked: save the model dequantised to compare it`,
    });
  const rows = tensors.find(({ role, bias }) => role === 'embedding' && !bias)?.rows;
  const tokens = tokenizer?.vocabulary.length;
  if (rows !== undefined && tokens !== undefined && tokens > rows)
    oddities.push({
      severity: 'warning',
      kind: 'tokenizer-mismatch',
      text: `the tokenizer has ids up to ${tokens - 1}, but the embedding has ${rows} rows`,
    });
  return oddities;
}
