import { dataTable } from '../figure/data-table.ts';
import { html, type Markup } from '../html/markup.ts';
import type { CaseView } from './case-view.ts';

/** What was withheld and on which ground, and wording of the parties that this report only repeats. */
export function disclosureContent(view: CaseView): Markup {
  const { withheld, wording } = view.input;
  return html`${
    withheld.length === 0
      ? html`<p>Nothing is withheld.</p>`
      : html`<p>What is withheld stands in the sealed case as a commitment: it can be opened later, and could not be exchanged meanwhile.</p>${dataTable(
          'Withheld, with the ground stated',
          ['exhibit', 'parts', 'ground', 'commitment', 'entry'],
          withheld.map((each) => [
            view.link(each.exhibit),
            each.parts === each.of ? 'all' : `${each.parts} of ${each.of}`,
            each.ground,
            each.commitment === undefined ? null : html`<span class="mono digest">${each.commitment}</span>`,
            String(each.entry),
          ]),
        )}`
  }
${
  wording.length > 0 &&
  html`<h3>Wording to be read with care</h3><p>The following texts were written by people and are given as written. Each holds a phrase that states more than a finding can.</p>${dataTable(
    'Wording warnings',
    ['where', 'why a phrase in it should be read with care', 'what to say instead'],
    wording.flatMap(({ where, faults }) => faults.map((fault) => [where, fault.why, fault.instead])),
  )}`
}`;
}
