import { byteCount, countInWords, duration } from './html/format.ts';
import { printable, shorten } from './printable.ts';
import { columns } from './terminal.ts';

export interface MeterOptions {
  /** Where the line is drawn; standard error in the command line. */
  readonly stream: { write(text: string): unknown };
  /** In a pipe or a file the meter stays silent. */
  readonly isTerminal: boolean;
  /** Milliseconds on any steady clock. */
  readonly now: () => number;
  /** Width of the terminal in columns, asked at every redraw. */
  readonly width?: () => number;
}

export interface Meter {
  /** Work done so far. What stands before the first colon of the label names the work: another name starts
   *  a new measurement of rate, the rest may change as the work goes on. `total` may be undefined where it
   *  is not known; `unit` is `bytes` or a plural noun. */
  update(label: string, done: number, total: number | undefined, unit: string): void;
  /** Removes the line, so that what follows starts on a clean one. May be called more than once. */
  end(): void;
}

const BETWEEN_DRAWS_MS = 100;
/** No rate is shown before this: the first moments say little. */
const SETTLING_MS = 1000;
const BAR_WIDTH = 20;
const CLEAR_LINE = '\r\u001b[2K';

/** A single line with share, rate and time left, redrawn in place at most ten times a second. */
export function createMeter(options: MeterOptions): Meter {
  let work: string | undefined;
  let startedAt = 0;
  let doneAtStart = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let shown = false;
  return {
    update(label, done, total, unit) {
      if (!options.isTerminal) return;
      const time = options.now();
      const named = label.split(':', 1)[0];
      if (named !== work) {
        work = named;
        startedAt = time;
        doneAtStart = done;
        drawnAt = Number.NEGATIVE_INFINITY;
      }
      if (time - drawnAt < BETWEEN_DRAWS_MS) return;
      drawnAt = time;
      shown = true;
      const elapsed = time - startedAt;
      const rate = elapsed < SETTLING_MS ? undefined : (1000 * (done - doneAtStart)) / elapsed;
      const line = progressLine({ label, done, total, unit, rate }, (options.width?.() ?? 80) - 1);
      options.stream.write(CLEAR_LINE + line);
    },
    end() {
      if (shown) options.stream.write(CLEAR_LINE);
      shown = false;
      work = undefined;
    },
  };
}

export interface ProgressState {
  readonly label: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly unit: string;
  /** Units a second; undefined where it cannot be told yet. */
  readonly rate: number | undefined;
}

/** The meter's line in at most `width` columns. Leaves out what does not fit, the bar first. */
export function progressLine(state: ProgressState, width: number): string {
  const label = shorten(printable(state.label), 36);
  const fraction = share(state);
  const facts = [
    fraction === undefined ? quantity(state.done, state.unit) : `${Math.floor(100 * fraction)} %`,
    state.rate !== undefined && state.rate > 0 ? rateText(state.rate, state.unit) : undefined,
    timeLeft(state),
  ].filter((fact) => fact !== undefined);
  const bar = fraction === undefined ? [] : [progressBar(fraction, BAR_WIDTH)];
  for (const parts of [
    [label, ...bar, ...facts],
    [label, ...facts],
    [label, facts[0] ?? ''],
  ]) {
    const line = parts.join('  ');
    if (columns(line) <= width) return line;
  }
  return fitting(label, width);
}

/** The longest shortening that takes at most `width` columns: wide characters count twice. */
function fitting(label: string, width: number): string {
  let most = width;
  while (most > 3 && columns(shorten(label, most)) > width) most--;
  return shorten(label, Math.max(3, most));
}

/** `━━━━━╸──────`: filled in proportion; shape tells it, not colour. */
export function progressBar(fraction: number, width: number): string {
  const halves = Math.round(2 * width * Math.max(0, Math.min(1, fraction)));
  const full = Math.floor(halves / 2);
  const half = halves % 2 === 1 ? '╸' : '';
  return '━'.repeat(full) + half + '─'.repeat(width - full - half.length);
}

function share({ done, total }: ProgressState): number | undefined {
  return total === undefined || !(total > 0) ? undefined : Math.max(0, Math.min(1, done / total));
}

function quantity(amount: number, unit: string): string {
  return unit === 'bytes' ? byteCount(amount) : `${countInWords(amount)} ${printable(unit)}`;
}

function rateText(rate: number, unit: string): string {
  if (unit === 'bytes') return `${byteCount(rate)}/s`;
  if (unit === '%') return `${rate.toFixed(1)} %/s`;
  return rate >= 1
    ? `${countInWords(Math.round(rate))} ${printable(unit)}/s`
    : `${duration(1000 / rate)} each`;
}

function timeLeft({ done, total, rate }: ProgressState): string | undefined {
  if (total === undefined || rate === undefined || !(rate > 0) || done >= total) return undefined;
  const milliseconds = (1000 * (total - done)) / rate;
  return `${duration(Math.max(1000, Math.round(milliseconds / 1000) * 1000))} left`;
}
