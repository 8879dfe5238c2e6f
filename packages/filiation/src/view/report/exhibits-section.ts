import type { ReportExhibit } from '@filiation/evidence';
import { dataTable } from '../figure/data-table.ts';
import { byteCount, grouped, when } from '../html/format.ts';
import { type Content, html, type Markup } from '../html/markup.ts';
import { cue, nameMarkup } from '../html/words.ts';
import type { CaseView } from './case-view.ts';

/** Each exhibit with its digest, where it came from, whose hands it passed through, and its state. */
export function exhibitsContent(view: CaseView): Markup {
  const { exhibits } = view.input;
  if (exhibits.length === 0) return html`<p class="muted">No exhibit is registered.</p>`;
  return html`<p>Each exhibit is identified by the SHA-256 digest of its files, taken on receipt. Whether a file handed over is the model in dispute is a matter of custody that no digest can answer.</p>
${exhibits.map((exhibit, index) => exhibitCard(view, exhibit, index))}`;
}

function exhibitCard(view: CaseView, exhibit: ReportExhibit, index: number): Markup {
  const rows: [string, Content][] = [
    ['Digest', html`<span class="mono digest">${exhibit.digest}</span>`],
    [
      'Contents',
      html`${exhibit.kind}, ${grouped(exhibit.files)} file${exhibit.files !== 1 && 's'}, ${byteCount(exhibit.size)}`,
    ],
    ['Origin', exhibit.origin],
    [
      'Received',
      html`${when(exhibit.receivedAt)}, handed over by ${view.partyName(exhibit.handedOverBy)}, kept by ${view.partyName(exhibit.custodian)} (entry ${exhibit.entry})`,
    ],
    ['Kept as', stored(exhibit)],
    ['State', state(exhibit)],
    ...(exhibit.notes === undefined ? [] : [['Notes', exhibit.notes] as [string, Content]]),
  ];
  return html`<article class="sheet" id="${view.anchor('exhibit', index)}"><h3>${exhibit.number} ${nameMarkup(exhibit.name, 100)}</h3>
<dl class="pairs">${rows.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>
${exhibit.custody.length > 0 && custody(view, exhibit)}</article>
`;
}

function stored(exhibit: ReportExhibit): Content {
  const { storage, location, commitment } = exhibit;
  const words = {
    copy: 'a copy in the case folder',
    reference: 'a reference; the bytes stay where they are',
    committed: 'a commitment; another party holds the bytes',
  }[storage];
  return html`${words}${location !== undefined && html` (${nameMarkup(location, 120)})`}${commitment !== undefined && html`; commitment <span class="mono digest">${commitment}</span>`}`;
}

function state({ state: found, stateReason }: ReportExhibit): Content {
  const reason = stateReason === undefined ? undefined : html` ${stateReason}`;
  if (found === 'unchanged')
    return html`${cue('yes')}Unchanged: the digest was taken again for this report and agrees.${reason}`;
  return found === 'changed'
    ? html`${cue('open')}<span class="strong">Changed:</span> the digest taken again does not agree.${reason}`
    : html`${cue('open')}Not checked again for this report.${reason}`;
}

function custody(view: CaseView, { number, custody: moves }: ReportExhibit): Markup {
  return dataTable(
    `Custody of ${number}`,
    ['when', 'from', 'to', 'by', 'on arrival', 'entry'],
    moves.map((move) => [
      when(move.transferredAt),
      view.partyName(move.from),
      view.partyName(move.to),
      html`${move.means}${move.notes !== undefined && html`. ${move.notes}`}`,
      move.condition.replace('-', ' '),
      String(move.entry),
    ]),
  );
}
