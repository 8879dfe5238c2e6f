import type { TensorRole } from '../model.ts';

/** `conv1d`: GPT-2's layers; `experts`: experts stacked in one tensor, in × out unless seen otherwise. */
export type TransposedKind = 'conv1d' | 'experts';

/** What a stored tensor's name says it holds. */
export interface NameRule {
  /** More than one: the parts of a fused tensor, in their order along the output rows. */
  readonly roles: readonly TensorRole[];
  /**
   * How the parts of a fused tensor lie: `parts` one after the other (the default), `heads` repeated for
   * each key/value head, `rows` alternating row by row.
   */
  readonly interleave?: 'parts' | 'heads' | 'rows';
  /** The parts are interleaved only where the same layer also has a tensor of this name. */
  readonly interleaveBeside?: string;
  /** May be stored in × out. All weights of one kind lie alike in a model; the first whose shape can be
   *  told by the width of the model decides for all. */
  readonly transposed?: TransposedKind;
  /** The first of three dimensions (two for a bias) counts experts. */
  readonly experts?: true;
  /** A bias although the name does not end in `.bias`. */
  readonly bias?: true;
  /** Rows of a head are ordered as rotary pairs (2j, 2j+1) rather than halves (j, j + size/2). */
  readonly rotaryPairs?: true;
  /** Another role where the same layer also has a tensor of this name. */
  readonly otherwise?: { readonly beside: string; readonly role: TensorRole };
}

/** Names with numbers written as `#` (the first is the layer, the second the expert), without prefix and
 *  without `.weight` or `.bias`. */
export type NameTable = Readonly<Record<string, TensorRole | NameRule>>;

const QKV = ['attention-q', 'attention-k', 'attention-v'] as const;

/** Query, key and value stacked in one matrix. */
export function fusedQkv(options: Omit<NameRule, 'roles'> = {}): NameRule {
  return { roles: QKV, ...options };
}

export function fusedGateUp(options: Omit<NameRule, 'roles'> = {}): NameRule {
  return { roles: ['mlp-gate', 'mlp-up'], ...options };
}

export function rule(role: TensorRole, options: Omit<NameRule, 'roles'>): NameRule {
  return { roles: [role], ...options };
}
