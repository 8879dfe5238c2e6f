import type { CheckStatus, VerificationReport } from './check.ts';
import { printable } from './printable.ts';
import {
  checksBy,
  counted,
  countOf,
  LEADS,
  meaningOf,
  passedGroups,
  verdictLine,
  voucherRows,
} from './report-words.ts';

export interface ReportTextOptions {
  /** Columns. */
  readonly width: number;
  /** Marks a heading or a verdict; plain text where absent. */
  readonly paint?: (style: 'bold' | 'bad' | 'good' | 'note', text: string) => string;
  /** The verdict and what failed, nothing else. */
  readonly quiet?: boolean;
}

const LEAST_WIDTH = 40;

/** A verification on a screen, for people: verdict first. Ends with a line break. */
export function reportText(report: VerificationReport, options: ReportTextOptions): string {
  return new Screen(options).of(report);
}

class Screen {
  readonly #width: number;
  readonly #paint: NonNullable<ReportTextOptions['paint']>;
  readonly #quiet: boolean;
  readonly #lines: string[] = [];

  constructor({ width, paint = (_, text) => text, quiet = false }: ReportTextOptions) {
    this.#width = Math.max(LEAST_WIDTH, width);
    this.#paint = paint;
    this.#quiet = quiet;
  }

  of(report: VerificationReport): string {
    const passed = report.verdict === 'passed';
    this.#lines.push(
      `${this.#paint(passed ? 'good' : 'bad', verdictLine(report))}  ${printable(report.bundle)}`,
    );
    if (!this.#quiet) this.#facts(report);
    this.#list(report, 'failed', 'Failed', 'bad');
    if (this.#quiet) return this.#done();
    this.#vouchers(report);
    this.#list(report, 'warning', 'To weigh', 'note');
    this.#list(report, 'not-checked', 'Could not be checked here', 'note');
    this.#passed(report);
    for (const meaning of meaningOf(report)) {
      this.#lines.push('');
      this.#wrapped('', meaning);
    }
    return this.#done();
  }

  #facts({ facts }: VerificationReport): void {
    if (facts.case !== undefined)
      this.#wrapped('', `Case ${printable(facts.case.id)}: ${printable(facts.case.title)}`);
    const root = facts.root === undefined ? '' : `, root ${facts.root}`;
    this.#wrapped('', `Log of ${counted(facts.entries, 'entry')}${root}`);
    if (facts.logKey !== undefined) this.#wrapped('', `Key of the log ${printable(facts.logKey)}`);
  }

  #vouchers({ facts }: VerificationReport): void {
    if (facts.vouchers.length === 0) return;
    this.#heading('Who vouches for the log, and when', 'bold');
    for (const { size, at, name, role } of voucherRows(facts))
      this.#wrapped(
        `  ${(at ?? 'no outside time').padEnd(23)}  `,
        `the first ${counted(size, 'entry')}: ${printable(name)} (${role})`,
      );
  }

  #list(
    report: VerificationReport,
    status: Exclude<CheckStatus, 'passed'>,
    heading: string,
    style: 'bad' | 'note',
  ): void {
    const lists = checksBy(report, status);
    if (lists.length === 0) return;
    this.#heading(`${heading} (${countOf(report, status)})`, style);
    for (const { id, title, checks } of lists) {
      this.#wrapped('  ', `${LEADS[status]} ${title} [${id}]`);
      for (const { part, detail } of checks)
        this.#wrapped('    - ', `${printable(part)}: ${printable(detail)}`);
    }
  }

  #passed(report: VerificationReport): void {
    const groups = passedGroups(report);
    if (groups.length === 0) return;
    this.#heading('Passed', 'bold');
    const digits = String(Math.max(...Object.values(report.passed))).length;
    for (const { name, rows } of groups) {
      this.#lines.push(`  ${name}`);
      for (const { title, count } of rows) this.#wrapped(`    ${String(count).padStart(digits)}  `, title);
    }
  }

  #heading(text: string, style: 'bold' | 'bad' | 'note'): void {
    this.#lines.push('', this.#paint(style, text));
  }

  /** Breaks at spaces; longer words stand on a line of their own. */
  #wrapped(lead: string, text: string): void {
    let line = lead;
    let empty = true;
    for (const word of text.split(/ +/)) {
      if (!empty && line.length + 1 + word.length > this.#width) {
        this.#lines.push(line);
        line = ' '.repeat(lead.length);
        empty = true;
      }
      line += empty ? word : ` ${word}`;
      empty = false;
    }
    this.#lines.push(line);
  }

  #done(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}
