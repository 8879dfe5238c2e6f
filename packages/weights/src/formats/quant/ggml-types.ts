import { FiliationError, quoted } from '@filiation/evidence';
import { decodeElements } from '../dtype.ts';
import { type BlockFormat, decodeBlocks } from './block-format.ts';
import { IQ4_NL, MXFP4, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q8_1 } from './plain-blocks.ts';
import { IQ4_XS, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, Q8_K } from './super-blocks.ts';

/** One element type of GGUF: its number in the file, its name and the size of its blocks. */
export interface GgmlType {
  readonly id: number;
  readonly name: string;
  /** Elements of a block; 1 for plain numbers. */
  readonly elements: number;
  /** Bytes of a block. */
  readonly bytes: number;
  /** Absent where the blocks cannot be decoded here. */
  readonly decode?: (bytes: Uint8Array) => Float32Array;
}

/** Formats whose blocks are taken apart here, by name. */
export const BLOCK_FORMATS: ReadonlyMap<string, BlockFormat> = new Map(
  [Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q8_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, Q8_K, IQ4_NL, IQ4_XS, MXFP4].map(
    (format) => [format.name, format],
  ),
);

function plain(id: number, name: string, bytes: number): GgmlType {
  return { id, name, elements: 1, bytes, decode: (payload) => decodeElements(name, payload) };
}

function blocks(id: number, name: string): GgmlType {
  const format = BLOCK_FORMATS.get(name)!;
  const { elements, bytes } = format;
  return { id, name, elements, bytes, decode: (payload) => decodeBlocks(format, payload) };
}

/** Numbers and sizes: enum ggml_type of ggml.h, GGML_QUANT_SIZES of the `gguf` Python package 0.19. */
const TYPES: readonly GgmlType[] = [
  plain(0, 'F32', 4),
  plain(1, 'F16', 2),
  blocks(2, 'Q4_0'),
  blocks(3, 'Q4_1'),
  blocks(6, 'Q5_0'),
  blocks(7, 'Q5_1'),
  blocks(8, 'Q8_0'),
  blocks(9, 'Q8_1'),
  blocks(10, 'Q2_K'),
  blocks(11, 'Q3_K'),
  blocks(12, 'Q4_K'),
  blocks(13, 'Q5_K'),
  blocks(14, 'Q6_K'),
  blocks(15, 'Q8_K'),
  { id: 16, name: 'IQ2_XXS', elements: 256, bytes: 66 },
  { id: 17, name: 'IQ2_XS', elements: 256, bytes: 74 },
  { id: 18, name: 'IQ3_XXS', elements: 256, bytes: 98 },
  { id: 19, name: 'IQ1_S', elements: 256, bytes: 50 },
  blocks(20, 'IQ4_NL'),
  { id: 21, name: 'IQ3_S', elements: 256, bytes: 110 },
  { id: 22, name: 'IQ2_S', elements: 256, bytes: 82 },
  blocks(23, 'IQ4_XS'),
  plain(24, 'I8', 1),
  plain(25, 'I16', 2),
  plain(26, 'I32', 4),
  plain(27, 'I64', 8),
  plain(28, 'F64', 8),
  { id: 29, name: 'IQ1_M', elements: 256, bytes: 56 },
  plain(30, 'BF16', 2),
  { id: 34, name: 'TQ1_0', elements: 256, bytes: 54 },
  { id: 35, name: 'TQ2_0', elements: 256, bytes: 66 },
  blocks(39, 'MXFP4'),
  { id: 40, name: 'NVFP4', elements: 64, bytes: 36 },
  { id: 41, name: 'Q1_0', elements: 128, bytes: 18 },
];

const BY_ID: ReadonlyMap<number, GgmlType> = new Map(TYPES.map((type) => [type.id, type]));
const BY_NAME: ReadonlyMap<string, GgmlType> = new Map(TYPES.map((type) => [type.name, type]));

/** The type of a number in a tensor description; undefined where it is not known. */
export function ggmlType(id: number): GgmlType | undefined {
  return BY_ID.get(id);
}

/** The type of a `StoredTensor.dtype` name; undefined where it is not known. */
export function ggmlTypeNamed(name: string): GgmlType | undefined {
  return BY_NAME.get(name);
}

/** @throws FiliationError UNSUPPORTED naming the tensor and its type */
export function refuseType(tensor: string, file: string, dtype: string): never {
  throw new FiliationError(
    'UNSUPPORTED',
    `${file}: tensor ${quoted(tensor)} is stored as ${dtype}, which cannot be decoded here`,
    { where: file, hint: 'Compare a copy of the model stored as F16, BF16, Q8_0 or a K-quant.' },
  );
}
