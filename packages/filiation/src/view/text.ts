import { FiliationError, type WeightOpinion } from '@filiation/evidence';
import type { ComparisonReport } from '@filiation/weights';
import { chance, titleOfTest } from './html/format.ts';
import { directionWords, RELATION_WORDS } from './html/words.ts';
import { printable, shorten } from './printable.ts';
import { type Paint, painter, wrapped } from './terminal.ts';
import { STATUS_MARKS, statementWords } from './tree/words.ts';

export interface TextOptions {
  /** Columns of the terminal; text is laid out for 60 to 100 of them. */
  readonly width: number;
  readonly colour: boolean;
  /** Commands that a reader may want next, as they are typed. */
  readonly next?: readonly string[];
}

/** Widest heading of a block, with the space after it. */
const HEADING = 15;
const MOST_LINES = 30;
const MOST_PRIMARY = 6;
const MOST_ALTERNATIVES = 4;
const MOST_MECHANISMS = 3;
const NAME_LIMIT = 40;

/** A comparison on one screen (at most 30 lines): opinion, strength, what it rests on, what else could
 *  explain it, what was done, and what to run next. Ends with a line break. */
export function renderComparison(report: ComparisonReport, options: TextOptions): string {
  const full = screenLines(report, options, 2);
  const lines = full.length <= MOST_LINES ? full : screenLines(report, options, 1);
  return `${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`;
}

/** `most`: lines that one entry of a list may take. */
function screenLines(report: ComparisonReport, options: TextOptions, most: number): string[] {
  const { opinion } = report;
  const paint = painter(options.colour);
  const width = Math.max(60, Math.min(100, options.width)) - 2;
  const name = (text: string): string => shorten(printable(text), NAME_LIMIT);
  const block = (heading: string, entries: readonly string[], limit = most): string[] =>
    entries
      .flatMap((entry) =>
        wrapped(entry, width - HEADING - 2, limit).map((piece, at) => (at === 0 ? piece : `  ${piece}`)),
      )
      .map((line, at) => (at === 0 ? paint('dim', heading.padEnd(HEADING)) : ' '.repeat(HEADING)) + line);
  return [
    paint('bold', RELATION_WORDS[opinion.relation] ?? opinion.relation),
    ...wrapped(printable(opinion.sentence), width, 1 + most),
    '',
    ...block('Strength', [printable(opinion.strength)], 1 + most),
    ...(opinion.reason === undefined ? [] : block('Because', [printable(opinion.reason)], 2)),
    ...(opinion.detectable === undefined ? [] : block('Detectable', [printable(opinion.detectable)], 2)),
    ...block('Rests on', primaryLines(report, paint), 1),
    ...block('What else', alternativeLines(opinion, paint)),
    ...block('What was done', [
      ...mechanismLines(opinion),
      `direction: ${directionWords(opinion.direction, name(report.reference.name), name(report.subject.name))}`,
    ]),
    ...block('Claimed', claimLines(report)),
    ...block('Files', oddityLines(report), 1),
    ...(options.next === undefined || options.next.length === 0 ? [] : ['']),
    ...(options.next ?? []).map(
      (command, at) => paint('dim', (at === 0 ? 'Next' : '').padEnd(HEADING)) + printable(command),
    ),
  ];
}

function primaryLines({ opinion, cards }: ComparisonReport, paint: Paint): string[] {
  if (opinion.primary.length === 0) return ['no primary test could be run'];
  const strongest = [...opinion.primary].sort((a, b) => a.log10PAdjusted - b.log10PAdjusted);
  const rows = strongest.slice(0, MOST_PRIMARY).map((result) => {
    const title = shorten(
      printable(cards.find((card) => card.id === result.test)?.title ?? titleOfTest(result.test)),
      28,
    );
    return { result, title };
  });
  const widest = Math.max(...rows.map(({ title }) => title.length));
  return [
    ...rows.map(
      ({ result, title }) =>
        `${result.significant ? paint('accent', '✓') : '–'} ${title.padEnd(widest)}  ${chance(result.log10PAdjusted).padEnd(20)} ${result.exactness}`,
    ),
    ...more(strongest.length - MOST_PRIMARY),
  ];
}

function alternativeLines(opinion: WeightOpinion, paint: Paint): string[] {
  if (opinion.alternatives.length === 0) return ['no other explanation is listed'];
  const open = [...opinion.alternatives].sort((a, b) => Number(a.ruledOut) - Number(b.ruledOut));
  return [
    ...open
      .slice(0, MOST_ALTERNATIVES)
      .map(
        (each) =>
          `${each.ruledOut ? paint('accent', '✓ ruled out:') : paint('contrast', '○ not ruled out:')} ${printable(each.explanation)}`,
      ),
    ...more(open.length - MOST_ALTERNATIVES),
  ];
}

function mechanismLines(opinion: WeightOpinion): string[] {
  return [
    ...opinion.mechanisms
      .slice(0, MOST_MECHANISMS)
      .map((each) => `${printable(each.name)}: ${printable(each.detail)}`),
    ...more(opinion.mechanisms.length - MOST_MECHANISMS),
  ];
}

/** How what is claimed of the subject stands to what was found, then the statement that decided it. */
function claimLines({ claims }: ComparisonReport): string[] {
  if (claims === undefined) return [];
  const { status, note, statements } = claims;
  const decisive = statements.find((each) => each.status === status);
  const who =
    decisive === undefined ? '' : `${printable(decisive.source)} says ${statementWords(decisive)}: `;
  return [`${STATUS_MARKS[status]} ${status}: ${who}${printable(note)}`.trimStart()];
}

/** The first that is odd about the files, the subject's before the reference's: one line. */
function oddityLines({ reference, subject }: ComparisonReport): string[] {
  const odd = [subject, reference].flatMap(({ name, oddities }) => oddities.map((text) => ({ name, text })));
  const [first] = odd;
  if (first === undefined) return [];
  const others = odd.length === 1 ? '' : ` (and ${odd.length - 1} more)`;
  return [`${shorten(printable(first.name), NAME_LIMIT)}${others}: ${printable(first.text)}`];
}

function more(count: number): string[] {
  return count > 0 ? [`and ${count} more`] : [];
}

/** One clear error: what and where, then what to do. For anything but a {@link FiliationError}, says
 *  that the fault is ours. Ends with a line break. */
export function renderError(
  error: unknown,
  options: { readonly colour: boolean } = { colour: false },
): string {
  const paint = painter(options.colour);
  if (!(error instanceof FiliationError)) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return `${paint('contrast', 'Error')}: ${printable(text)}\n  This is a defect in Filiation, not in your files. Please report it with the command that you ran.\n`;
  }
  const { where, hint } = error;
  const placed = where === undefined || error.message.includes(where) ? '' : `\n  In: ${printable(where)}`;
  const advice = hint === undefined ? '' : `\n  ${paint('bold', 'What to do')}: ${printable(hint)}`;
  return `${paint('contrast', 'Error')}: ${printable(error.message)}${placed}${advice}\n`;
}
