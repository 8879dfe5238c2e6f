import { blockParts } from './block-format.ts';
import { BLOCK_FORMATS } from './ggml-types.ts';

/** How well stored codes agree with the codes that given numbers would get under the stored scales. */
export interface RequantisationMatch {
  /** Elements compared. */
  readonly codes: number;
  /** Of these, stored code = code nearest to the number. */
  readonly equalCodes: number;
  /** Of these, stored value no further from the number than half a step, or the number lies beyond the
   *  codes and the stored code is the outermost on its side. */
  readonly withinHalfStep: number;
  /** Share of equal codes to expect if numbers and codes were paired at random: sum over codes of
   *  (share among stored) * (share among nearest). */
  readonly equalByChance: number;
}

/** Room for the rounding of the scales when a value lies half-way between two codes. */
const HALF_STEP = 0.5 + 1e-6;

/**
 * Asks of a quantised tensor whether it is `original`, rounded. Quantisers choose scales in many ways
 * (importance matrices, searches), so the scales are taken as stored: for each element with step d and
 * offset m the nearest code is `round((w - m) / d)`, kept within the format's codes (for formats with
 * levels: the code of the nearest level), and compared with the code in the file. A quantiser that
 * rounds to nearest under its stored scales gives equal codes everywhere. Measured on normal numbers with
 * llama.cpp's own reference quantisers: Q2_K to Q6_K 100.00 % equal, Q4_0 to Q5_1 99.7 to 99.96 % and
 * Q8_0 99.3 % (these choose codes before the scale is itself rounded); with a tenth of a standard
 * deviation added to the original, 95 % (Q2_K), 73 % (Q4_0), 27 % (Q6_K), 8 % (Q8_0). An unrelated
 * original of like size comes down to about `equalByChance`, in formats with minima a little above it,
 * because extreme places agree: no null, but a landmark. Groups with a zero or infinite step and elements of
 * `original` that are not finite tell nothing and are left out.
 *
 * @param format a block format: Q4_0 … Q8_1, Q2_K … Q8_K, IQ4_NL, IQ4_XS, MXFP4
 * @param original as many numbers as `stored` holds elements, in the same order (for query and key rows
 *        of converted Llama models: put into `rotaryPairOrder` first)
 * @throws RangeError for another format or where the lengths disagree
 */
export function requantisationMatch(
  format: string,
  original: Float32Array,
  stored: Uint8Array,
): RequantisationMatch {
  const blockFormat = BLOCK_FORMATS.get(format);
  if (blockFormat === undefined) throw new RangeError(`${format} is no block format`);
  const { elements, bytes, groupSize, lowest, highest, levels, hasOffsets } = blockFormat;
  if (original.length % elements !== 0 || stored.length !== (original.length / elements) * bytes)
    throw new RangeError(`${stored.length} bytes of ${format} are not ${original.length} elements`);
  const parts = blockParts(blockFormat);
  const storedCounts = new Float64Array(highest - lowest + 1);
  const nearestCounts = new Float64Array(highest - lowest + 1);
  let codes = 0;
  let equalCodes = 0;
  let withinHalfStep = 0;
  for (let at = 0; at < original.length; at += elements) {
    blockFormat.unpack(stored, (at / elements) * bytes, parts);
    for (let i = 0; i < elements; i++) {
      const group = Math.floor(i / groupSize);
      const step = parts.steps[group]!;
      const place = (original[at + i]! - (hasOffsets ? parts.offsets[group]! : 0)) / step;
      if (step === 0 || !Number.isFinite(step) || !Number.isFinite(place)) continue;
      const code = parts.codes[i]!;
      const nearest =
        levels === undefined
          ? Math.max(lowest, Math.min(highest, Math.round(place)))
          : nearestLevel(levels, place);
      codes++;
      if (code === nearest) equalCodes++;
      const distance = Math.abs(place - (levels?.[code] ?? code));
      if (code === nearest || distance <= HALF_STEP) withinHalfStep++;
      storedCounts[code - lowest]!++;
      nearestCounts[nearest - lowest]!++;
    }
  }
  const chance = storedCounts.reduce((sum, count, k) => sum + count * nearestCounts[k]!, 0);
  return { codes, equalCodes, withinHalfStep, equalByChance: codes === 0 ? 0 : chance / codes ** 2 };
}

function nearestLevel(levels: readonly number[], place: number): number {
  let best = 0;
  for (let code = 1; code < levels.length; code++)
    if (Math.abs(levels[code]! - place) < Math.abs(levels[best]! - place)) best = code;
  return best;
}
