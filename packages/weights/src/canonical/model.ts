import type { Matrix } from '../matrix.ts';
import type { Oddity, StoredTensor, TensorStore } from '../store.ts';
import type { Architecture } from './architecture.ts';
import type { Tokenizer } from './tokenizer.ts';
import type { TensorView } from './view.ts';

/**
 * What a tensor is for. Matrices are canonical (out × in): `mlp-gate`, `mlp-up`, q, k, v and `head` read
 * the residual stream along their columns; `attention-o` and `mlp-down` write it along their rows;
 * `embedding` is vocabulary × hidden. Norm gains and biases are 1 × n.
 */
export const ROLES = [
  'embedding',
  'position-embedding',
  'embedding-norm',
  'attention-norm',
  'attention-q',
  'attention-k',
  'attention-v',
  'attention-o',
  'attention-q-norm',
  'attention-k-norm',
  'attention-output-norm',
  'attention-q-a',
  'attention-q-a-norm',
  'attention-q-b',
  'attention-kv-a',
  'attention-kv-a-norm',
  'attention-kv-b',
  'mlp-norm',
  'mlp-gate',
  'mlp-up',
  'mlp-down',
  'mlp-output-norm',
  'shared-expert-gate',
  'shared-expert-up',
  'shared-expert-down',
  'router',
  'final-norm',
  'head',
] as const;
export type TensorRole = (typeof ROLES)[number];

/** A tensor with a known role: a view of (part of) a stored one. */
export interface CanonicalTensor {
  readonly role: TensorRole;
  /** Whether this is the bias of the role's matrix (1 × rows of the matrix) rather than the matrix. */
  readonly bias: boolean;
  /** Layer from 0; absent for embedding, final norm and head. */
  readonly layer?: number;
  /** Expert from 0 for mixture-of-experts MLPs. */
  readonly expert?: number;
  readonly rows: number;
  readonly columns: number;
  readonly stored: StoredTensor;
  /** `blk.0.attn_qkv.weight[0:4096]`-like text: where it came from. */
  readonly origin: string;
  /** How it lies in the stored tensor; absent in models held in memory. */
  readonly view?: TensorView;
}

/** What a model card says of its origin: a claim, not a finding. */
export interface OriginClaims {
  /** `owner/name` or path, as written. */
  readonly baseModels: readonly string[];
  /** `finetune`, `adapter`, `merge`, `quantized` …, as written. */
  readonly relation?: string;
}

export interface RowSelection {
  /** Canonical row indices wanted, any order; all rows where absent. */
  readonly rows?: ArrayLike<number>;
  /** Also hand out numbers that nothing can be calculated with: for tests that look for them. */
  readonly asStored?: boolean;
}

/** One model as every test sees it, whatever file format and naming it came in. */
export interface CanonicalModel {
  readonly name: string;
  /** `sha256:`-prefixed tree digest of the model's files. */
  readonly digest: string;
  readonly store: TensorStore;
  readonly architecture: Architecture;
  readonly tokenizer: Tokenizer | undefined;
  readonly tensors: readonly CanonicalTensor[];
  /** Stored tensors that no role could be given. */
  readonly unassigned: readonly StoredTensor[];
  readonly oddities: readonly Oddity[];
  readonly claims?: OriginClaims;
  /** The matrix (or, with `bias`, the bias) of a role; undefined where the model has none. */
  find(
    role: TensorRole,
    layer?: number,
    options?: { expert?: number; bias?: boolean },
  ): CanonicalTensor | undefined;
  /** Reads a view as float32: fused tensors split, Conv1D transposed, converters' permutations undone,
   *  Gemma's `1 + w` norm gains added up. Reads only the rows asked for where the layout allows. NaN and
   *  infinities read as 0 and extreme sizes are brought into range, unless asked for `asStored`. */
  read(tensor: CanonicalTensor, selection?: RowSelection): Promise<Matrix>;
}
