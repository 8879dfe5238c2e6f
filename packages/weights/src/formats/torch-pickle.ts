import { FiliationError, quoted } from '@filiation/evidence';
import { dtypeBits } from './dtype.ts';
import { countOf } from './payload-store.ts';
import type { PickleWorld } from './pickle-machine.ts';
import { isObject, itemsOf, type PickleValue, type TorchStorage, type TorchTensor } from './pickle-value.ts';

/** Dimensions; PyTorch's own limit. */
const MAX_RANK = 64;
const MAX_KEY_LENGTH = 256;
/** A view may repeat the elements of its storage (`expand`) only up to this many in all. */
const MAX_REPEATED_ELEMENTS = 2 ** 20;

/** torch.save's typed storages; QInt storages and complex128 have no name here and are refused. */
const STORAGES: ReadonlyMap<string, string | undefined> = new Map([
  ['torch.DoubleStorage', 'F64'],
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ShortStorage', 'I16'],
  ['torch.CharStorage', 'I8'],
  ['torch.ByteStorage', 'U8'],
  ['torch.BoolStorage', 'BOOL'],
  ['torch.ComplexFloatStorage', 'C64'],
  ['torch.UntypedStorage', undefined],
  ['torch.storage.UntypedStorage', undefined],
]);

/** Types without a typed storage are named by `_rebuild_tensor_v3`. */
const DTYPES: ReadonlyMap<string, string> = new Map([
  ['torch.float64', 'F64'],
  ['torch.float32', 'F32'],
  ['torch.float16', 'F16'],
  ['torch.bfloat16', 'BF16'],
  ['torch.float8_e4m3fn', 'F8_E4M3'],
  ['torch.float8_e5m2', 'F8_E5M2'],
  ['torch.float8_e4m3fnuz', 'F8_E4M3FNUZ'],
  ['torch.float8_e5m2fnuz', 'F8_E5M2FNUZ'],
  ['torch.float8_e8m0fnu', 'F8_E8M0'],
  ['torch.int64', 'I64'],
  ['torch.int32', 'I32'],
  ['torch.int16', 'I16'],
  ['torch.int8', 'I8'],
  ['torch.uint64', 'U64'],
  ['torch.uint32', 'U32'],
  ['torch.uint16', 'U16'],
  ['torch.uint8', 'U8'],
  ['torch.bool', 'BOOL'],
  ['torch.complex64', 'C64'],
]);

type Maker = (args: readonly PickleValue[], where: string) => PickleValue;

/** The only things a checkpoint can have made. Each turns data into data. */
const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['collections.OrderedDict', orderedDict],
  ['torch.Size', ([items]) => ({ kind: 'tuple', items: [...(itemsOf(items) ?? [])] })],
  ['builtins.set', ([items]) => ({ kind: 'set', items: [...(itemsOf(items) ?? [])] })],
  ['__builtin__.set', ([items]) => ({ kind: 'set', items: [...(itemsOf(items) ?? [])] })],
  ['torch.device', ([type]) => type ?? null],
  ['torch._utils._rebuild_tensor', (args, where) => tensor(args, undefined, where)],
  ['torch._utils._rebuild_tensor_v2', (args, where) => tensor(args, undefined, where)],
  ['torch._utils._rebuild_tensor_v3', (args, where) => tensor(args, args[6], where)],
  ['torch._utils._rebuild_parameter', ([data]) => data ?? null],
  ['torch._utils._rebuild_parameter_with_state', ([data]) => data ?? null],
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
]);

/** Named by `_rebuild_from_type_v2`, never called. */
const TENSOR_TYPES: ReadonlySet<string> = new Set(['torch.Tensor', 'torch.nn.parameter.Parameter']);

/** The names that torch.save writes for tensors; everything else is refused. */
export function torchWorld(where: string): PickleWorld {
  return {
    knows: (name) => MAKERS.has(name) || STORAGES.has(name) || DTYPES.has(name) || TENSOR_TYPES.has(name),
    call(name, args) {
      const maker = MAKERS.get(name);
      if (maker === undefined) throw malformed(where, `${name} is called, which is no function`);
      return maker(args, where);
    },
    persistent: (id) => storage(id, where),
  };
}

function orderedDict(args: readonly PickleValue[], where: string): PickleValue {
  const pairs = args.length === 0 ? [] : itemsOf(args[0]);
  const entries = pairs?.map((pair): [PickleValue, PickleValue] => {
    const [key, value] = itemsOf(pair) ?? [];
    if (key === undefined || value === undefined)
      throw malformed(where, 'an OrderedDict is made from no pairs');
    return [key, value];
  });
  if (entries === undefined) throw malformed(where, 'an OrderedDict is made from no list');
  return { kind: 'dict', entries };
}

/** `_rebuild_from_type_v2(function, type, arguments, state)`: a tensor with Python attributes. */
function rebuildFromType(args: readonly PickleValue[], where: string): PickleValue {
  const [callee, , inner] = args;
  const maker = isObject(callee) && callee.kind === 'global' ? MAKERS.get(callee.name) : undefined;
  const items = itemsOf(inner);
  if (maker === undefined || maker === rebuildFromType || items === undefined)
    throw malformed(where, 'a tensor is rebuilt by no known function');
  return maker(items, where);
}

/** `('storage', class, key, device, element count)`; bytes for an untyped storage. */
function storage(id: PickleValue, where: string): TorchStorage {
  const [kind, type, key, , count] = itemsOf(id) ?? [];
  if (kind !== 'storage' || !isObject(type) || type.kind !== 'global' || !STORAGES.has(type.name))
    throw malformed(where, 'a storage of an unknown class is asked for');
  if (typeof key !== 'string' || key.length > MAX_KEY_LENGTH || !isCount(count))
    throw malformed(where, 'a storage has no key or size');
  const dtype = STORAGES.get(type.name);
  const byteLength = count * (dtype === undefined ? 1 : dtypeBits(dtype)! / 8);
  if (!Number.isSafeInteger(byteLength))
    throw malformed(where, `the storage ${quoted(key)} is impossibly large`);
  return { kind: 'storage', key, dtype, byteLength };
}

/** `(storage, offset, size, stride, …)`, checked to stay inside its storage. */
function tensor(args: readonly PickleValue[], type: PickleValue | undefined, where: string): TorchTensor {
  const [held, offset, size, steps] = args;
  if (!isObject(held) || held.kind !== 'storage')
    throw malformed(where, 'a tensor is made without a storage');
  const named = isObject(type) && type.kind === 'global' ? DTYPES.get(type.name) : undefined;
  const dtype = named ?? held.dtype;
  const shape = counts(size);
  const stride = counts(steps);
  if (dtype === undefined || shape === undefined || stride === undefined || !isCount(offset))
    throw malformed(where, 'a tensor has no type, shape, stride or offset');
  const made: TorchTensor = { kind: 'tensor', storage: held, dtype, offset, shape, stride };
  checkInside(made, where);
  return made;
}

function checkInside({ storage, dtype, offset, shape, stride }: TorchTensor, where: string): void {
  const room = storage.byteLength / (dtypeBits(dtype)! / 8);
  const count = countOf(shape);
  // The last element lies at the end of every dimension; too large a sum fails the comparison too.
  const last = shape.reduce((sum, dimension, i) => sum + (dimension - 1) * stride[i]!, offset);
  if (shape.length !== stride.length || count === undefined || (count > 0 && !(last < room)))
    throw malformed(where, `a tensor of shape [${shape.join(', ')}] does not fit its storage`);
  if (count > room && count > MAX_REPEATED_ELEMENTS)
    throw new FiliationError('LIMIT_EXCEEDED', `${where}: a tensor shows ${room} elements as ${count}`, {
      where,
      hint: 'Save the expanded tensor as a contiguous one, or leave it out.',
    });
}

function counts(value: PickleValue | undefined): readonly number[] | undefined {
  const items = itemsOf(value);
  return items !== undefined && items.length <= MAX_RANK && items.every(isCount) ? items : undefined;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function malformed(where: string, message: string): FiliationError {
  const hint = 'The file is damaged or was altered: get it again from its source.';
  return new FiliationError('MALFORMED', `${where}: ${message}`, { where, hint });
}
