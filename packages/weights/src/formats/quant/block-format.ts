/**
 * A block taken apart into the facts it stores. Element i of a block is
 * `steps[g] * level(codes[i]) + offsets[g]` with `g = floor(i / groupSize)`; the level of a code is the
 * code itself unless the format has a table of levels.
 */
export interface BlockParts {
  readonly codes: Int16Array;
  readonly steps: Float64Array;
  /** Read only where the format has offsets. */
  readonly offsets: Float64Array;
}

/** How one GGML block type packs numbers into bytes. All multi-byte fields are little-endian. */
export interface BlockFormat {
  /** Name in GGUF tools, `Q4_K`. */
  readonly name: string;
  /** Elements of a block. */
  readonly elements: number;
  /** Bytes of a block. */
  readonly bytes: number;
  /** Elements that share a step (and an offset). */
  readonly groupSize: number;
  readonly hasOffsets: boolean;
  /** Smallest and largest code. */
  readonly lowest: number;
  readonly highest: number;
  /** Level of code c is `levels[c]`; absent where it is c. */
  readonly levels?: readonly number[];
  /** Takes the block at byte `at` apart into `parts`. */
  unpack(bytes: Uint8Array, at: number, parts: BlockParts): void;
}

/** Room for one block of a format. */
export function blockParts(format: BlockFormat): BlockParts {
  const groups = format.elements / format.groupSize;
  return {
    codes: new Int16Array(format.elements),
    steps: new Float64Array(groups),
    offsets: new Float64Array(groups),
  };
}

/**
 * All elements of whole blocks as float32. Products of a half-precision scale and small integers are
 * exact in the float64 arithmetic used here, so every element is rounded once and equals, bit for bit,
 * what float32 arithmetic gives in the order `(scale * code) + offset`.
 * @throws RangeError where `bytes` is not a whole number of blocks
 */
export function decodeBlocks(format: BlockFormat, bytes: Uint8Array): Float32Array {
  if (bytes.length % format.bytes !== 0)
    throw new RangeError(`${bytes.length} bytes are no whole ${format.name} blocks of ${format.bytes}`);
  const blocks = bytes.length / format.bytes;
  const out = new Float32Array(blocks * format.elements);
  const parts = blockParts(format);
  for (let block = 0; block < blocks; block++) {
    format.unpack(bytes, block * format.bytes, parts);
    writeBlock(format, parts, out, block * format.elements);
  }
  return out;
}

function writeBlock(format: BlockFormat, parts: BlockParts, out: Float32Array, at: number): void {
  const { codes, steps, offsets } = parts;
  const { groupSize, hasOffsets, levels } = format;
  for (let group = 0; group < steps.length; group++) {
    const step = steps[group]!;
    const end = (group + 1) * groupSize;
    let i = group * groupSize;
    // Without an offset nothing is added: minus zero must stay minus zero.
    if (levels !== undefined) for (; i < end; i++) out[at + i] = step * levels[codes[i]!]!;
    else if (!hasOffsets) for (; i < end; i++) out[at + i] = step * codes[i]!;
    else {
      const offset = offsets[group]!;
      for (; i < end; i++) out[at + i] = step * codes[i]! + offset;
    }
  }
}
