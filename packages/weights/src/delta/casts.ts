import { castTo } from '../formats/cast.ts';

/** One tensor is the other, rounded: which way, and to what. */
export interface CastRelation {
  readonly from: 'reference' | 'subject';
  /** Number types in the order of rounding: BF16 then F16 was stored as bfloat16 on its way. */
  readonly through: readonly string[];
}

/** Roundings that converters do. Two in a row occur where a bfloat16 release is re-exported as float16. */
const CHAINS: readonly (readonly string[])[] = [
  ['F16'],
  ['BF16'],
  ['BF16', 'F16'],
  ['F16', 'BF16'],
  ['F8_E4M3'],
  ['F8_E5M2'],
];
/** Elements on which most relations fail, before a whole chunk is cast. */
const PROBE = 64;

/** Relations that the chunks seen so far have not refuted. */
export function allCasts(): CastRelation[] {
  return (['reference', 'subject'] as const).flatMap((from) => CHAINS.map((through) => ({ from, through })));
}

/** Those of the relations that these elements, too, satisfy bit for bit. */
export function castsThatHold(
  relations: readonly CastRelation[],
  reference: Float32Array,
  subject: Float32Array,
): CastRelation[] {
  return relations.filter(({ from, through }) => {
    const [source, target] = from === 'reference' ? [reference, subject] : [subject, reference];
    return (
      sameBits(castThrough(source.subarray(0, PROBE), through), target.subarray(0, PROBE)) &&
      sameBits(castThrough(source, through), target)
    );
  });
}

function castThrough(values: Float32Array, through: readonly string[]): Float32Array {
  return through.reduce((held, dtype) => castTo(dtype, held), values);
}

function sameBits(a: Float32Array, b: Float32Array): boolean {
  const x = new Int32Array(a.buffer, a.byteOffset, a.length);
  const y = new Int32Array(b.buffer, b.byteOffset, b.length);
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return x.length === y.length;
}

/** `the reference rounded to BF16, then F16`. */
export function castText(cast: CastRelation): string {
  return `the ${cast.from} rounded to ${cast.through.join(', then ')}`;
}
