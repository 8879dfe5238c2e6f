/** Numbers, chances and times as people read them. Plain text, no locale, no clock. */

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

/** Below this exponent a chance is written as "1 in 1,200"; from it on as a power of ten. */
const POWER_FROM = 6;

/** `-12` as `⁻¹²`. */
export function superscript(integer: number): string {
  return [...String(Math.trunc(integer))].map((digit) => SUPERSCRIPTS[digit] ?? digit).join('');
}

/** Groups the digits of an integer: `1408000` as `1,408,000`. */
export function grouped(integer: number): string {
  return groupDigits(String(Math.round(integer)));
}

function groupDigits(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? text : `${text}.${fraction}`;
}

/** A number at `digits` significant digits; powers of ten outside 0.001 to 999,999. */
export function amount(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (size < 1e6 && Number.isInteger(size)) return sign + grouped(size);
  const rounded = Number(size.toPrecision(digits));
  if (rounded >= 1e-3 && rounded < 1e6) return sign + groupDigits(String(rounded));
  const exponent = Math.floor(Math.log10(rounded));
  const mantissa = Number((rounded / 10 ** exponent).toPrecision(digits));
  return `${sign}${mantissa}×10${superscript(exponent)}`;
}

export interface Chance {
  /** `below`, `about` or nothing; the words before the number. */
  readonly qualifier: '' | 'below' | 'about';
  /** `1 in 1,200`, `37 in 100`, or `1 in 10` where `exponent` follows raised. */
  readonly odds: string;
  readonly exponent?: number;
}

/** A p-value from its log10 (<= 0) as odds. Rounds so that the stated chance is never too small. */
export function chanceParts(log10P: number): Chance {
  if (Number.isNaN(log10P)) return { qualifier: '', odds: 'not known' };
  const size = Math.max(0, -log10P);
  if (size === 0) return { qualifier: '', odds: '100 in 100' };
  if (size < 1) return { qualifier: 'about', odds: `${Math.ceil(100 * 10 ** -size - 1e-9)} in 100` };
  if (size < POWER_FROM) return { qualifier: 'about', odds: `1 in ${grouped(twoDigitsDown(10 ** size))}` };
  const exponent = Math.floor(size);
  return { qualifier: exponent === size ? '' : 'below', odds: '1 in 10', exponent };
}

function twoDigitsDown(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  // The allowance keeps 10 ** 2 = 100 from being read as 99.99…
  return Math.floor(value / unit + 1e-9) * unit;
}

/** `below 1 in 10^3214`, for terminals and plain text. */
export function chance(log10P: number): string {
  const { qualifier, odds, exponent } = chanceParts(log10P);
  const text = exponent === undefined ? odds : `${odds}^${exponent}`;
  return qualifier === '' ? text : `${qualifier} ${text}`;
}

/** `below 1 in 10³²¹⁴`, for drawings, which have no raised text. */
export function chanceRaised(log10P: number): string {
  const { exponent } = chanceParts(log10P);
  const text = chance(log10P);
  return exponent === undefined ? text : text.replace(/\^\d+$/, superscript(exponent));
}

/** `1.26 million`, `7.24 billion`; counts below 10,000 in full. */
export function countInWords(count: number): string {
  for (const [size, word] of [
    [1e12, 'trillion'],
    [1e9, 'billion'],
    [1e6, 'million'],
  ] as const)
    if (count >= 0.9995 * size) return `${Number((count / size).toPrecision(3))} ${word}`;
  return grouped(count);
}

/** Bytes in decimal units: `1.5 MB`. */
export function byteCount(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let size = Math.max(0, bytes);
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(size) : Number(size.toPrecision(3))} ${units[unit]}`;
}

/** `340 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${Number((milliseconds / 1000).toFixed(1))} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return withRest(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  return withRest(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${restUnit}`;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** `23 November 2026, 14:48 UTC` from an RFC 3339 time, with its offset where it has one
 *  (`16:00 UTC+01:00`); other text is returned as it is. */
export function when(time: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.exec(time);
  const month = MONTHS[Number(match?.[2]) - 1];
  return match === null || month === undefined
    ? time
    : `${Number(match[3])} ${month} ${match[1]}, ${match[4]} UTC${match[5] === 'Z' ? '' : match[5]?.replace('-', '−')}`;
}

/** `sha256:1f0c93a2d4e5…`: enough to tell two files apart by eye. */
export function shortDigest(digest: string): string {
  const match = /^([a-z0-9]+:)?([0-9a-f]{16,})$/.exec(digest);
  return match === null ? digest : `${match[1] ?? ''}${match[2]?.slice(0, 12)}…`;
}

/** `weights.neuron-order` as `Neuron order`, where a card with a title is missing. */
export function titleOfTest(id: string): string {
  const name = id.slice(id.indexOf('.') + 1).replaceAll('-', ' ');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
