import type { CaseReportInput, ReportOpinion } from '@filiation/evidence';
import { chance, titleOfTest, when } from '../html/format.ts';
import { printable, shorten } from '../printable.ts';
import { type Paint, painter, wrapped } from '../terminal.ts';
import { DEADLINE_WORDS, OUTCOME_WORDS, POSITION_WORDS, VOUCHER_WORDS } from './report-words.ts';
import { caseLimits, exhibitsInQuestion, untested } from './summary-facts.ts';

export interface CaseTextOptions {
  /** Columns of the terminal; text is laid out for 60 to 100 of them. */
  readonly width: number;
  readonly colour: boolean;
}

/** Widest heading of a block, with the space after it. */
const HEADING = 15;

/** A line of a list; `good` puts a tick, a ring or (`none`) a dash before it. */
interface Entry {
  readonly text: string;
  readonly good?: boolean | 'none';
}

interface Layout {
  readonly paint: Paint;
  readonly width: number;
}

/** The first page as plain text: question, what was received, answer, limits, gaps, who vouches. */
export function caseSummary(input: CaseReportInput, options: CaseTextOptions): string {
  return finished(summaryLines(input, layoutOf(options)));
}

/** The whole report for a terminal: the summary, then a line for each finding, reply and deadline. The
 *  HTML page has the figures and everything else. */
export function caseReportText(input: CaseReportInput, options: CaseTextOptions): string {
  const layout = layoutOf(options);
  return finished([
    ...summaryLines(input, layout),
    ...list('Findings', findingLines(input), layout),
    ...list(
      'Replies',
      input.replies.map(
        (reply) =>
          `${reply.to} ${POSITION_WORDS[reply.position] ?? reply.position} by ${partyName(input, reply.by)}: ${reply.ground}`,
      ),
      layout,
    ),
    ...list(
      'Deadlines',
      input.deadlines.map(
        ({ record, state, note }) =>
          `${record.number} ${DEADLINE_WORDS[record.kind] ?? record.kind}, ${when(record.due)}: ${state === 'late' ? 'LATE' : state}${note === undefined ? '' : ` (${note})`}`,
      ),
      layout,
    ),
    ...list(
      'Verify with',
      input.reproduce.commands.map(({ command }) => command),
      layout,
    ),
  ]);
}

function layoutOf(options: CaseTextOptions): Layout {
  return { paint: painter(options.colour), width: Math.max(60, Math.min(100, options.width)) - 2 };
}

function finished(lines: readonly string[]): string {
  return `${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`;
}

function summaryLines(input: CaseReportInput, layout: Layout): string[] {
  const { paint, width } = layout;
  const { propositions } = input.case;
  return [
    paint('bold', shorten(printable(input.case.title), width)),
    paint(
      'dim',
      shorten(printable(`report ${input.report}, ${when(input.createdAt)}, ${input.software}`), width),
    ),
    '',
    ...wrapped(printable(input.case.asks), width, 3),
    ...list('Proposition 1', [propositions.h1], layout),
    ...list('Proposition 2', [propositions.h2], layout),
    ...(input.opinions.length === 0
      ? list('Answer', ['no opinion was formed'], layout)
      : input.opinions.flatMap((entry) => answerLines(entry, layout))),
    ...list('Received', receivedLines(input), layout),
    ...list('Limits', limitLines(input), layout),
    ...list('Not tested', notTestedLines(input), layout),
    ...list('Vouched for by', voucherLines(input), layout),
  ];
}

function answerLines({ opinion, number, title }: ReportOpinion, layout: Layout): string[] {
  return [
    '',
    ...wrapped(printable(title), layout.width, 2),
    layout.paint(
      'accent',
      `${OUTCOME_WORDS[opinion.outcome] ?? opinion.outcome} (${shorten(printable(number), 12)})`,
    ),
    ...wrapped(printable(opinion.sentence), layout.width, 8),
    ...wrapped(printable(opinion.caution), layout.width, 4),
  ];
}

function receivedLines(input: CaseReportInput): Entry[] {
  const { shown, others } = exhibitsInQuestion(input);
  const words = { unchanged: 'unchanged', changed: 'CHANGED', 'not-checked': 'not checked again' };
  const open = others.filter(({ state }) => state !== 'unchanged').length;
  return [
    ...shown.map((exhibit) => ({
      good: exhibit.state === 'unchanged',
      text: `${exhibit.number} ${shorten(exhibit.name, 40)}, from ${partyName(input, exhibit.handedOverBy)}: ${words[exhibit.state]}`,
    })),
    ...(others.length === 0
      ? []
      : [{ good: open === 0, text: `${others.length} further: ${open} changed or not checked` }]),
    ...(shown.length + others.length === 0 ? [{ good: false, text: 'nothing' }] : []),
  ];
}

function limitLines(input: CaseReportInput): Entry[] {
  const { shown, more } = caseLimits(input);
  return [
    ...shown.map((text) => ({ good: false, text })),
    ...(more > 0 ? [{ text: `and ${more} more` }] : []),
  ];
}

function notTestedLines(input: CaseReportInput): Entry[] {
  const { rows, withheld } = untested(input);
  const lines = [
    ...rows.map(({ test, state }) => `${titleOf(input, test.id)}: ${state}`),
    ...withheld.map((each) => `${each.exhibit}: ${each.parts} of ${each.of} parts withheld`),
  ];
  return lines.length > 0
    ? lines.map((text) => ({ good: false, text }))
    : [{ good: true, text: 'every planned test was run; nothing is withheld' }];
}

function voucherLines({ log }: CaseReportInput): Entry[] {
  const lines = [
    ...log.vouchers.map((each) => ({
      good: each.kind === 'log' ? ('none' as const) : true,
      text: `${shorten(each.name, 40)}, ${VOUCHER_WORDS[each.kind]}: ${each.size} entries${each.at === undefined ? '' : ` by ${when(each.at)}`}`,
    })),
    ...log.weaknesses.map((text) => ({ good: false, text })),
  ];
  return lines.length > 0 ? lines : [{ good: false, text: 'nobody' }];
}

/** A tick before the findings that entered an opinion. */
function findingLines(input: CaseReportInput): Entry[] {
  const entered = new Set(
    input.opinions.flatMap(({ opinion }) => opinion.entered.map(({ number }) => number)),
  );
  return input.findings.map(({ number, comparison, document }) => {
    const value =
      document.status !== 'tested'
        ? document.status.replace('-', ' ')
        : document.log10P === undefined
          ? document.summary
          : chance(document.log10P);
    const notes = [document.exactness, ...(document.exploratory ? ['exploratory'] : [])].join(', ');
    return {
      good: entered.has(number) ? true : ('none' as const),
      text: `${number}${comparison === undefined ? '' : ` ${comparison}`} ${titleOf(input, document.test.id)}: ${value} (${notes})`,
    };
  });
}

function titleOf({ cards }: CaseReportInput, test: string): string {
  return cards.find((card) => card.id === test)?.title ?? titleOfTest(test);
}

function partyName({ parties }: CaseReportInput, id: string): string {
  return shorten(parties.find((party) => party.id === id)?.name ?? id, 40);
}

function list(heading: string, entries: readonly (string | Entry)[], { paint, width }: Layout): string[] {
  if (entries.length === 0) return [];
  const lines = entries.flatMap((entry) => {
    const { text, good } = typeof entry === 'string' ? { text: entry } : entry;
    const mark =
      good === undefined
        ? ''
        : `${good === 'none' ? '–' : good ? paint('accent', '✓') : paint('contrast', '○')} `;
    return wrapped(printable(text), width - HEADING - 4, 3).map((line, at) =>
      at === 0 ? mark + line : `  ${line}`,
    );
  });
  return [
    '',
    ...lines.map(
      (line, at) => (at === 0 ? paint('dim', heading.padEnd(HEADING)) : ' '.repeat(HEADING)) + line,
    ),
  ];
}
