import type { CanonicalModel, CanonicalTensor, TensorRole } from '../canonical/model.ts';
import { type Matrix, matrix } from '../matrix.ts';
import type { StoredTensor } from '../store.ts';

/** A tensor of one model as a matrix that is read by rows, with a role or only a name. */
export interface TensorSide {
  readonly model: CanonicalModel;
  readonly stored: StoredTensor;
  readonly rows: number;
  readonly columns: number;
  /** As stored, NaN and all. All rows where absent; any order. */
  read(rows?: ArrayLike<number>): Promise<Matrix>;
}

export function canonicalSide(model: CanonicalModel, tensor: CanonicalTensor): TensorSide {
  return {
    model,
    stored: tensor.stored,
    rows: tensor.rows,
    columns: tensor.columns,
    read: (rows) => model.read(tensor, rows === undefined ? { asStored: true } : { rows, asStored: true }),
  };
}

/** A tensor without a role: its last dimension runs along a row. */
export function storedSide(model: CanonicalModel, stored: StoredTensor): TensorSide {
  const columns = stored.shape.at(-1) ?? 1;
  const rows = columns === 0 ? 0 : stored.elementCount / columns;
  return {
    model,
    stored,
    rows,
    columns,
    async read(selection) {
      if (selection === undefined)
        return matrix(rows, columns, await model.store.elements(stored, 0, stored.elementCount));
      const out = matrix(selection.length, columns);
      for (let i = 0; i < selection.length; i++)
        out.data.set(await model.store.elements(stored, selection[i]! * columns, columns), i * columns);
      return out;
    },
  };
}

/** Where a tensor stands in a model: equal keys of two models are compared. */
export function placeKey(tensor: CanonicalTensor, layer: number | undefined): string {
  return [tensor.role, layer ?? '', tensor.expert ?? '', tensor.bias ? 'bias' : ''].join('/');
}

/** `mlp-up 3`, `mlp-up 3 expert 2`, `attention-q 0 bias`: for tables. */
export function placeLabel(
  role: TensorRole,
  layer: number | undefined,
  expert: number | undefined,
  bias: boolean,
): string {
  return [role, layer, expert === undefined ? undefined : `expert ${expert}`, bias ? 'bias' : undefined]
    .filter((part) => part !== undefined)
    .join(' ');
}
