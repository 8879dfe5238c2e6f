import { dataTable } from '../figure/data-table.ts';
import { grouped, when } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { cue, nameMarkup, textLines } from '../html/words.ts';
import type { CaseView } from './case-view.ts';
import { VOUCHER_WORDS } from './report-words.ts';

/** Who vouches for the log, how to verify the sealed case without trusting its maker, and how to run
 *  everything again. */
export function checkContent(view: CaseView): Markup {
  const { log, reproduce } = view.input;
  return html`<p>The case is an append-only log of ${grouped(log.size)} signed entries. Whoever holds an earlier checkpoint can see whether anything before it was changed.</p>
<dl class="pairs"><dt>Log</dt><dd><span class="mono">${log.origin}</span></dd><dt>Size</dt><dd>${grouped(log.size)} entries</dd><dt>Root</dt><dd><span class="mono digest">${log.root}</span></dd></dl>
<h3>Who vouches</h3>
${
  log.vouchers.length === 0
    ? html`<p class="note">${cue('open')}Nobody: this log carries no signature that could be checked.</p>`
    : dataTable(
        'Who vouches for how much of the log, and when',
        ['name', 'as', 'entries', 'not later than'],
        log.vouchers.map((each) => [
          nameMarkup(each.name, 80),
          VOUCHER_WORDS[each.kind],
          each.size,
          each.at === undefined ? 'no outside time' : when(each.at),
        ]),
      )
}
${log.weaknesses.filter((text) => !log.checks.some(({ detail }) => text.includes(detail))).map((text) => html`<p class="note">${cue('open')}${text}</p>`)}
${
  log.checks.length > 0 &&
  html`<h3>What the verification found wanting</h3>${dataTable(
    'Failed checks and warnings',
    ['check', 'result', 'part', 'detail'],
    log.checks.map((check) => [
      html`<span class="mono">${check.id}</span>`,
      html`${cue('open')}<span class="strong">${check.status}</span>`,
      check.part,
      check.detail,
    ]),
  )}`
}
<h3>How to verify and repeat</h3>
<dl class="commands">${reproduce.commands.map(({ command, shows }) => html`<dt><pre>${command}</pre></dt><dd>${shows}</dd>`)}</dl>
${
  reproduce.components.length > 0 &&
  dataTable(
    'Programs and data that took part',
    ['name', 'version', 'digest'],
    reproduce.components.map((each) => [
      each.name,
      each.version,
      each.digest === undefined ? null : html`<span class="mono digest">${each.digest}</span>`,
    ]),
  )
}
${reproduce.tolerances.length > 0 && html`<h3>What may differ on another machine</h3><ul>${reproduce.tolerances.map((text) => html`<li>${text}</li>`)}</ul>`}
${log.policy !== undefined && html`<details class="inner"><summary>Trust policy of the log</summary><pre>${textLines(log.policy)}</pre></details>`}`;
}
