import { type CaseFolder, type CaseStatus, timeIn } from '@filiation/evidence';
import { counted } from './counted.ts';
import { printable } from './printable.ts';
import { ranges } from './ranges.ts';

/** Where a case stands, for people: what is due, what is there, what is missing. */
export function statusText(status: CaseStatus, of: CaseFolder): string {
  const { counts } = status;
  const waiting = of.state.size - of.size;
  return [
    `${printable(status.case)}: ${printable(status.title)}\n`,
    `${counted(of.size, 'log entry', 'log entries')}; ${counted(counts.findings, 'finding')}, ${counted(counts.opinions, 'opinion')}, ${counted(counts.replies, 'reply', 'replies')}, ${counted(counts.reports, 'report')}\n`,
    waiting === 0
      ? ''
      : `${counted(waiting, 'claim')} more in the outbox, bound once the log holds ${waiting === 1 ? 'it' : 'them'}: filiation case send\n`,
    deadlineSection(status, of),
    section('Exhibits', exhibitLines(status)),
    section('Plans', planLines(status)),
    status.openRuns.length === 0
      ? ''
      : section('Runs that have not ended', [
          `${status.openRuns.join(', ')}: the same case run command goes on`,
        ]),
    section('Not answered yet', status.unanswered.length === 0 ? [] : [ranges(status.unanswered)]),
  ].join('');
}

function section(title: string, lines: readonly string[]): string {
  return `\n${title}\n${lines.length === 0 ? '  none\n' : lines.map((line) => `  ${printable(line)}\n`).join('')}`;
}

function deadlineSection(status: CaseStatus, of: CaseFolder): string {
  const zone = of.state.opening!.claim.timeZone;
  const lines = status.deadlines.map(({ deadline, state, by }) => {
    const what = by === undefined ? '' : state === 'met' ? `, met by ${by}` : `, ${by} came too late`;
    const mark = state === 'late' ? 'LATE' : state;
    return `${deadline.number.padEnd(4)} ${mark.padEnd(6)} ${deadline.kind.padEnd(18)} ${timeIn(zone, new Date(deadline.due)).padEnd(19)} ${deadline.party ?? 'every party'}${what} (${deadline.source})`;
  });
  return section(`Deadlines (${zone})`, lines);
}

const STORED: Readonly<Record<string, string>> = {
  reference: 'bytes not in the case',
  committed: 'committed to, bytes with the party',
};

function exhibitLines({ exhibits }: CaseStatus): string[] {
  return exhibits.map(({ number, name, holder, storage, withheld }) => {
    const stored = STORED[storage] === undefined ? '' : `, ${STORED[storage]}`;
    return `${number.padEnd(4)} ${name}, held by ${holder}${stored}${withheld === undefined ? '' : `, parts withheld: ${withheld}`}`;
  });
}

function planLines({ plans }: CaseStatus): string[] {
  return plans.map(({ number, runs, amendedBy }) => {
    const ran = runs.map(({ run, exploratory }) => `${run}${exploratory ? ' (exploratory)' : ''}`).join(', ');
    const text = ran === '' ? 'not run yet' : `run as ${ran}`;
    return `${number.padEnd(4)} ${text}${amendedBy === undefined ? '' : `; amended by ${amendedBy}`}`;
  });
}
