import type { CaseReportInput, ReportErrorRates, ReportFinding, TestCard } from '@filiation/evidence';
import type { PartyRecord } from '@filiation/verify';
import { titleOfTest } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { nameMarkup } from '../html/words.ts';

/** A case with what every section of its report looks up in it. */
export interface CaseView {
  readonly input: CaseReportInput;
  party(id: string): PartyRecord | undefined;
  /** A party's name with its id, or the id alone where the case knows no such party. */
  partyName(id: string): Markup;
  card(testId: string): TestCard | undefined;
  titleOf(testId: string): string;
  finding(number: string): ReportFinding | undefined;
  rates(testId: string): readonly ReportErrorRates[];
  /** `F2` leading to its place in the report, where it has one. */
  link(number: string): Markup;
  /** Numbers in a text (`F2, O1`) as links. */
  links(numbers: readonly string[]): Markup;
  /** Anchor of the item at a place in its list. */
  anchor(kind: AnchorKind, index: number): string;
}

export type AnchorKind = 'exhibit' | 'plan' | 'finding' | 'opinion';

export function caseView(input: CaseReportInput): CaseView {
  const parties = new Map(input.parties.map((party) => [party.id, party]));
  const cards = new Map(input.cards.map((card) => [card.id, card]));
  const findings = new Map(input.findings.map((finding) => [finding.number, finding]));
  const anchor = (kind: AnchorKind, index: number): string => `${kind}-${index + 1}`;
  const places = new Map<string, string>();
  const lists = [
    ['exhibit', input.exhibits],
    ['plan', input.plans],
    ['finding', input.findings],
    ['opinion', input.opinions],
  ] as const;
  for (const [kind, list] of lists)
    list.forEach(({ number }, index) => {
      if (!places.has(number)) places.set(number, anchor(kind, index));
    });
  const link = (number: string): Markup => {
    const place = places.get(number);
    return place === undefined ? html`${number}` : html`<a href="#${place}">${number}</a>`;
  };
  return {
    input,
    party: (id) => parties.get(id),
    partyName(id) {
      const party = parties.get(id);
      return party === undefined ? nameMarkup(id, 60) : nameMarkup(party.name, 60);
    },
    card: (testId) => cards.get(testId),
    titleOf: (testId) => cards.get(testId)?.title ?? titleOfTest(testId),
    finding: (number) => findings.get(number),
    rates: (testId) => input.errorRates.filter((rates) => rates.test === testId),
    link,
    links: (numbers) => html`${numbers.map((number, at) => html`${at > 0 && ', '}${link(number)}`)}`,
    anchor,
  };
}

/** One numbered section of the report. */
export function section(number: number, id: string, title: string, content: Markup): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title"><span class="section-number">${number}</span> ${title}</h2>
${content}</section>
`;
}
