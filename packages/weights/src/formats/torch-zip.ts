import { FiliationError, quoted, quotedList } from '@filiation/evidence';
import type { Oddity, TensorStore } from '../store.ts';
import type { ByteSource } from './byte-source.ts';
import { readPickle } from './pickle.ts';
import type { PickleValue, TorchStorage } from './pickle-value.ts';
import { nameTensors } from './torch-names.ts';
import { torchWorld } from './torch-pickle.ts';
import { type PlacedTensor, torchStore } from './torch-store.ts';
import { readZipDirectory, type ZipRecord } from './zip-directory.ts';
import { locateStored, readRecord } from './zip-record.ts';

/** Bytes of the pickle once unpacked; it holds names and shapes, about 100 bytes a tensor. */
const MAX_PICKLE_BYTES = 128 * 2 ** 20;
/** Bytes of the records that hold a word. */
const MAX_WORD_BYTES = 64;
const PICKLE_RECORD = /^(?:([^/]+)\/)?data\.pkl$/;

export interface TorchOptions {
  /** Reads the tensors of a pickle that asks for unknown classes, which become the oddity
   *  `refused-pickle-global`. Nothing is run either way; without it such a file is refused. */
  readonly tolerant?: boolean;
}

/**
 * Opens a checkpoint that torch.save wrote as a zip archive (PyTorch 1.6 and later). The pickle inside
 * is read as data and never run. Takes over the source: the store's `close` closes it, and so does a
 * failure.
 * @throws FiliationError UNSAFE for a pickle that asks for anything but tensors, with what it asked for;
 *         UNSUPPORTED (TorchScript, other archives), MALFORMED, TRUNCATED, LIMIT_EXCEEDED
 */
export async function openTorchZip(source: ByteSource, options: TorchOptions = {}): Promise<TensorStore> {
  try {
    const records = await readZipDirectory(source);
    const prefix = checkpointPrefix(records, source.name);
    const pickle = await readRecord(source, records.get(`${prefix}data.pkl`)!, MAX_PICKLE_BYTES);
    const { value, oddities: refusals } = unpickle(pickle, source.name, options.tolerant ?? false);
    const { tensors, oddities } = nameTensors(value, source.name);
    const places = new Map<string, number>();
    const placed: PlacedTensor[] = [];
    for (const [name, view] of tensors)
      placed.push({ name, view, storageOffset: await place(source, records, prefix, view.storage, places) });
    return torchStore({
      source,
      tensors: placed,
      bigEndian: await isBigEndian(source, records, prefix),
      metadata: {},
      oddities: [...refusals, ...oddities],
    });
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Name of the archive's one folder, with its slash. */
function checkpointPrefix(records: ReadonlyMap<string, ZipRecord>, where: string): string {
  const pickles = [...records.keys()].filter((name) => PICKLE_RECORD.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1)
    throw unsupported(
      where,
      'is a zip archive but no PyTorch checkpoint',
      'Unpack it, or name a model file.',
    );
  const prefix = pickle.slice(0, -'data.pkl'.length);
  if (records.has(`${prefix}constants.pkl`))
    throw unsupported(
      where,
      'is a TorchScript program, not a checkpoint',
      'Save the state_dict of the module as safetensors.',
    );
  return prefix;
}

function unpickle(
  bytes: Uint8Array,
  where: string,
  tolerant: boolean,
): { value: PickleValue; oddities: readonly Oddity[] } {
  const { outcome, refused } = readPickle(bytes, torchWorld(where), where);
  if (refused.length > 0 && !tolerant)
    throw new FiliationError('UNSAFE', `${where}: the pickle asks for ${quotedList(refused, 10)}`, {
      where,
      hint: 'A model needs tensors only, and nothing was run. Convert it to safetensors where you trust it, or read it tolerantly to see its tensors.',
    });
  if ('failure' in outcome) throw outcome.failure;
  const oddities: Oddity[] = refused.map((name) => ({
    severity: 'warning',
    kind: 'refused-pickle-global',
    text: `the pickle asks for ${quoted(name)}, which was neither run nor read`,
  }));
  return { value: outcome.value, oddities };
}

/** Finds the record of a storage, once, and checks that it holds what the pickle says. */
async function place(
  source: ByteSource,
  records: ReadonlyMap<string, ZipRecord>,
  prefix: string,
  storage: TorchStorage,
  places: Map<string, number>,
): Promise<number> {
  const record = records.get(`${prefix}data/${storage.key}`);
  if (record === undefined || record.size < storage.byteLength)
    throw new FiliationError(
      'MALFORMED',
      `${source.name}: the storage ${quoted(storage.key)} ${
        record === undefined ? 'is missing' : `has ${record.size} bytes but needs ${storage.byteLength}`
      }`,
      { where: source.name, hint: 'The file is damaged or was altered: get it again from its source.' },
    );
  const held = places.get(storage.key);
  if (held !== undefined) return held;
  const offset = await locateStored(source, record);
  places.set(storage.key, offset);
  return offset;
}

async function isBigEndian(
  source: ByteSource,
  records: ReadonlyMap<string, ZipRecord>,
  prefix: string,
): Promise<boolean> {
  const record = records.get(`${prefix}byteorder`);
  if (record === undefined) return false;
  const word = new TextDecoder().decode(await readRecord(source, record, MAX_WORD_BYTES));
  if (word === 'little' || word === 'big') return word === 'big';
  throw unsupported(source.name, `has the byte order ${quoted(word)}`, 'Convert it to safetensors.');
}

function unsupported(where: string, what: string, hint: string): FiliationError {
  return new FiliationError('UNSUPPORTED', `${where} ${what}`, { where, hint });
}
