import type { ReportDeadline } from '@filiation/evidence';
import { dataTable } from '../figure/data-table.ts';
import { when } from '../html/format.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { cue } from '../html/words.ts';
import type { CaseView } from './case-view.ts';
import { DEADLINE_WORDS } from './report-words.ts';

/** Deadlines with their state, then every act of the case in the order of the log. */
export function timelineContent(view: CaseView): Markup {
  const { deadlines, timeline, corrections, case: subject } = view.input;
  return html`<p>Times are those that the signers stated, in UTC unless an offset is given; the parties keep the time zone ${subject.timeZone}. Only time stamps and cosignatures, listed in the section on checking, bind a time from outside.</p>
${
  deadlines.length > 0 &&
  html`<h3>Deadlines</h3>${dataTable(
    'Deadlines',
    ['no.', 'what', 'due', 'party', 'state', 'set by'],
    deadlines.map((each): Content[] => [
      each.record.number,
      DEADLINE_WORDS[each.record.kind] ?? each.record.kind,
      when(each.record.due),
      each.record.party === undefined ? 'all' : view.partyName(each.record.party),
      deadlineState(each),
      html`${each.record.source} (entry ${each.entry})`,
    ]),
  )}`
}
${
  timeline.length > 0 &&
  html`<h3>What happened, in the order of the log</h3>
<ol class="events">${timeline.map(
    (event) =>
      html`<li><span class="event-time">${when(event.at)}</span><span class="event-what"><span class="chip">${event.kind}</span> ${event.what} <span class="muted">${view.partyName(event.by)}, entry ${event.entry}</span></span></li>`,
  )}</ol>`
}
${
  corrections.length > 0 &&
  html`<h3>Corrections</h3><p>Nothing is deleted from the log: a correction stands beside what it corrects.</p>${dataTable(
    'Corrections',
    ['entry', 'corrects entry', 'by', 'reason'],
    corrections.map((each) => [
      String(each.entry),
      String(each.corrects),
      view.partyName(each.by),
      each.reason,
    ]),
  )}`
}`;
}

function deadlineState({ state, note }: ReportDeadline): Content {
  const words = { met: 'met', late: 'LATE', open: 'open', moved: 'moved', passed: 'passed' }[state];
  return html`${cue(state === 'met' ? 'yes' : state === 'late' ? 'open' : 'none')}<span${state === 'late' && html` class="strong"`}>${words}</span>${note !== undefined && html`: ${note}`}`;
}
