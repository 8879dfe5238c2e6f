/** One step of a verbal scale for likelihood ratios. */
export interface ScaleStep {
  /** Least log10 LR of the step; it reaches to the next one's. */
  readonly from: number;
  readonly word: string;
}

/** A verbal scale as data: the table an opinion was worded by stays with the opinion. */
export interface VerbalScale {
  readonly id: string;
  readonly version: string;
  readonly source: string;
  /** What a reader should know of the table before quoting it. */
  readonly remark: string;
  /** Ascending in `from`, the first at 0. For LR below 1 the reciprocal is read. */
  readonly steps: readonly ScaleStep[];
}

/** Verbal equivalents of the ENFSI guideline for evaluative reporting. */
export const ENFSI_2015: VerbalScale = {
  id: 'enfsi-2015',
  version: '1',
  source: 'ENFSI guideline for evaluative reporting in forensic science (2015), table of verbal equivalents',
  remark:
    'The number is the finding; the word only names a range of numbers. Check the table against the primary text before quoting it: reprints differ at both ends. A ratio between 1 and 2, for which the table has no word, is read as no support either way.',
  steps: [
    { from: 0, word: 'no support either way' },
    { from: Math.log10(2), word: 'weak support' },
    { from: 1, word: 'moderate support' },
    { from: 2, word: 'moderately strong support' },
    { from: 3, word: 'strong support' },
    { from: 4, word: 'very strong support' },
    { from: 6, word: 'extremely strong support' },
  ],
};

export interface ScaleReading {
  readonly word: string;
  /** Place of the step in the scale. */
  readonly step: number;
  /** Which proposition the results are more probable under; `neither` on the first step. */
  readonly favours: 'h1' | 'h2' | 'neither';
}

/** The word for a likelihood ratio; for LR below 1 the reciprocal is read, in favour of H2. */
export function readScale(log10LR: number, scale: VerbalScale = ENFSI_2015): ScaleReading {
  if (!Number.isFinite(log10LR)) throw new RangeError(`log10 LR must be finite, got ${log10LR}`);
  const size = Math.abs(log10LR);
  // The allowance keeps a ratio of exactly 10 or 1,000 on its own step after rounding.
  const step = Math.max(
    0,
    scale.steps.findLastIndex((each) => size >= each.from - 1e-12),
  );
  const favours = step === 0 ? 'neither' : log10LR > 0 ? 'h1' : 'h2';
  return { word: scale.steps[step]?.word ?? '', step, favours };
}

/** `about 4,000`, `about 10^12`: a ratio of at least 1 at one or two significant digits. */
export function ratioWords(log10Ratio: number): string {
  const size = Math.max(0, log10Ratio);
  if (size >= 6) return `about 10^${Math.floor(size + 1e-9)}`;
  const value = 10 ** size;
  const unit = 10 ** Math.max(0, Math.floor(size + 1e-9) - 1);
  return `about ${grouped(size < 1 ? Number(value.toFixed(1)) : Math.round(value / unit) * unit)}`;
}

/**
 * How often results at least this extreme would occur if the null held: `in fewer than 1 in 10^12 cases`.
 * Rounds so that the stated share is never too small. For a p-value no word of a likelihood scale is
 * used: it is no likelihood ratio.
 */
export function chanceWords(log10P: number): string {
  const size = Math.max(0, -log10P);
  if (size < 1) return `in about ${Math.ceil(100 * 10 ** -size - 1e-9)} of 100 cases`;
  if (size >= 6) return `in fewer than 1 in 10^${Math.floor(size + 1e-9)} cases`;
  const unit = 10 ** Math.max(0, Math.floor(size + 1e-9) - 1);
  return `in fewer than 1 in ${grouped(Math.floor(10 ** size / unit + 1e-9) * unit)} cases`;
}

function grouped(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? text : `${text}.${fraction}`;
}
