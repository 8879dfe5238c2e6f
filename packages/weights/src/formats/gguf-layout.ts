/*
 * What llama.cpp's converters change on the way from a Hugging Face checkpoint to GGUF, read from
 * convert_hf_to_gguf.py and conversion/*.py (2026). For every architecture they also
 *   - put fused query, key and value as three parts one after the other (`attn_qkv`), also where the
 *     checkpoint interleaves them head by head (GPT-NeoX, BLOOM, Falcon);
 *   - turn GPT-2's Conv1D matrices round, so that every matrix is (out x in);
 *   - stack the experts of a mixture into one tensor with the expert outermost (`ffn_*_exps`);
 *   - leave a fused gate and up in `ffn_up`, gate first (Phi-3, GLM-4).
 */

/**
 * Architectures (`general.architecture`) whose query and key rows lie as rotary pairs: the two rows that
 * are rotated together, j and j + size/2 of a head in Hugging Face's order, are stored at 2j and 2j + 1.
 * Meta's own checkpoints have that order from the start, so a file of these architectures has it
 * whatever it was converted from. Llama 4 and the MoE of Arcee (`afmoe`) keep the checkpoint's order.
 */
const ROTARY_PAIRS: ReadonlySet<string> = new Set([
  'llama',
  'llama-embed',
  'arcee',
  'arctic',
  'baichuan',
  'bailingmoe',
  'chameleon',
  'deci',
  'deepseek',
  'eagle3',
  'granite',
  'granitehybrid',
  'granitemoe',
  'internlm2',
  'llada',
  'minicpm',
  'mistral3',
  'nemotron_h',
  'nemotron_h_moe',
  'olmo',
  'smollm3',
  'xverse',
]);

/** Architectures whose norm layers multiply by 1 + w and whose converters store 1 + w. */
const STORED_PLUS_ONE: ReadonlySet<string> = new Set([
  'gemma',
  'gemma2',
  'gemma3',
  'gemma-embedding',
  'nemotron',
  'qwen3next',
  'qwen35',
  'qwen35moe',
]);

/**
 * Whether rows of `attn_q` and `attn_k` (and their biases) must be taken through
 * `rotaryPairOrder(rows, headSize)` to stand in Hugging Face's order: canonical row i is stored row
 * `order[i]`. Pass it to `buildModel` as `rotaryPairs`.
 */
export function ggufPermutesQueryKey(architecture: string): boolean {
  return ROTARY_PAIRS.has(architecture);
}

/**
 * What the converter has added to the norm gains: 1 or 0. GGUF gains are always the factors themselves,
 * so a reader adds nothing; a checkpoint's gain w of such an architecture compares as w + this.
 */
export function ggufNormOffset(architecture: string): 0 | 1 {
  return STORED_PLUS_ONE.has(architecture) ? 1 : 0;
}
