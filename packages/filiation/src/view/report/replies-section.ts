import type { ReportReply } from '@filiation/evidence';
import { dataTable } from '../figure/data-table.ts';
import { when } from '../html/format.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { cue, textLines } from '../html/words.ts';
import type { CaseView } from './case-view.ts';
import { POSITION_WORDS } from './report-words.ts';

/** What the parties answered: one row an item and answer, disputed ones first. */
export function repliesContent(view: CaseView): Markup {
  const { replies, findings, opinions } = view.input;
  const answered = new Set(replies.map((reply) => reply.to));
  const open = [...findings, ...opinions].filter(({ number }) => !answered.has(number));
  return html`<p>Silence is not agreement: an item without an answer is listed as not answered.</p>
${
  replies.length === 0
    ? html`<p class="muted">No party has answered yet.</p>`
    : dataTable(
        'Agreed and disputed',
        ['item', 'what it is', 'position', 'by', 'ground', 'reply'],
        inOrder(replies).map((reply): Content[] => [
          view.link(reply.to),
          describe(view, reply.to),
          html`${cue(reply.position === 'agreed' ? 'yes' : 'open')}<span class="strong">${POSITION_WORDS[reply.position] ?? reply.position}</span>`,
          view.partyName(reply.by),
          html`${reply.ground}${reply.text !== undefined && html`<details class="inner"><summary>Text of the reply</summary><p class="given">${textLines(reply.text)}</p></details>`}`,
          `${reply.number}, ${when(reply.at)}, entry ${reply.entry}`,
        ]),
      )
}
${open.length > 0 && html`<p class="note">Not answered: ${view.links(open.map(({ number }) => number))}.</p>`}`;
}

const ORDER = { disputed: 0, objection: 1, 'not-known': 2, agreed: 3 } as const;

function inOrder(replies: readonly ReportReply[]): ReportReply[] {
  return [...replies].sort((a, b) => ORDER[a.position] - ORDER[b.position] || a.entry - b.entry);
}

function describe(view: CaseView, number: string): Content {
  const finding = view.finding(number);
  if (finding !== undefined) return view.titleOf(finding.document.test.id);
  const { exhibits, opinions, plans } = view.input;
  const exhibit = exhibits.find((each) => each.number === number);
  if (exhibit !== undefined) return `exhibit ${exhibit.name}`;
  if (opinions.some((each) => each.number === number)) return 'opinion';
  return plans.some((each) => each.number === number) ? 'plan' : null;
}
