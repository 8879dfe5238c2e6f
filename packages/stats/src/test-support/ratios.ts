import fc from 'fast-check';

/** A small set of log10 LRs with one tie between the classes; its reference values come from scripts at
 *  forty digits and from SciPy 1.17's isotonic regression. */
export const RELATED: readonly number[] = [2.5, 1, 3.7, -0.5, 0.2, 4.1, 1.8];
export const UNRELATED: readonly number[] = [-2, -1.1, 0.4, 1.2, -3.3, -0.7, -0.5, -2.6, -1.9];

/** Scores with many ties, and log10 LRs as large as they come. */
export const tiedScores: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: -4, max: 4 }), {
  minLength: 1,
  maxLength: 20,
});
export const hugeRatios: fc.Arbitrary<number[]> = fc.array(
  fc.double({ min: -5000, max: 5000, noNaN: true }),
  {
    minLength: 1,
    maxLength: 20,
  },
);
