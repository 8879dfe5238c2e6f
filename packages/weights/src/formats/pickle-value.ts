/** What a pickle builds here: plain data. Nothing in it can run. */
export type PickleValue = null | boolean | number | bigint | string | Uint8Array | PickleObject;

export type PickleObject =
  | PickleSequence
  | PickleDict
  | PickleGlobal
  | PickleOpaque
  | TorchStorage
  | TorchTensor;

export interface PickleSequence {
  readonly kind: 'tuple' | 'list' | 'set';
  readonly items: PickleValue[];
}

/** Entries in the order they were set; of equal keys the last one counts. */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: [key: PickleValue, value: PickleValue][];
}

/** A class or function that the pickle names and that is on the list of known ones. */
export interface PickleGlobal {
  readonly kind: 'global';
  /** Module and name, joined by a dot. */
  readonly name: string;
}

/** Stands for what a refused class or function would have made. */
export interface PickleOpaque {
  readonly kind: 'opaque';
  /** The attributes the pickle wanted to give it. */
  state?: PickleValue;
}

export interface TorchStorage {
  readonly kind: 'storage';
  /** Record `data/<key>` of the archive. */
  readonly key: string;
  /** Absent for untyped storages. */
  readonly dtype: string | undefined;
  readonly byteLength: number;
}

/** A view of a storage; offset and strides in elements. */
export interface TorchTensor {
  readonly kind: 'tensor';
  readonly storage: TorchStorage;
  readonly dtype: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

export function isObject(value: PickleValue | undefined): value is PickleObject {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}

export function itemsOf(value: PickleValue | undefined): readonly PickleValue[] | undefined {
  return isObject(value) && (value.kind === 'tuple' || value.kind === 'list') ? value.items : undefined;
}
