import type { CaseReportInput } from '@filiation/evidence';
import { page } from '../html/document.ts';
import { when } from '../html/format.ts';
import { html, type Markup } from '../html/markup.ts';
import { againstContent } from './against-section.ts';
import { type CaseView, caseView, section } from './case-view.ts';
import { checkContent } from './check-section.ts';
import { disclosureContent } from './disclosure-section.ts';
import { exhibitsContent } from './exhibits-section.ts';
import { findingsContent } from './findings-section.ts';
import { formsContent } from './forms-section.ts';
import { glossaryContent } from './glossary-section.ts';
import { opinionContent } from './opinion-section.ts';
import { planContent } from './plan-section.ts';
import { questionContent } from './question-section.ts';
import { repliesContent } from './replies-section.ts';
import { summarySection } from './summary-section.ts';
import { timelineContent } from './timeline-section.ts';

interface Section {
  readonly id: string;
  readonly title: string;
  content(view: CaseView, titles: ReadonlyMap<string, string>): Markup;
}

const SECTIONS: readonly Section[] = [
  { id: 'question-in-full', title: 'Question, propositions and parties', content: questionContent },
  { id: 'exhibits', title: 'Exhibits and custody', content: exhibitsContent },
  { id: 'plan', title: 'Plan against what was run', content: planContent },
  { id: 'findings', title: 'Findings', content: findingsContent },
  { id: 'against', title: 'All negative, failed and exploratory results', content: againstContent },
  { id: 'opinion-in-full', title: 'Opinion', content: opinionContent },
  { id: 'replies', title: 'Replies: agreed and disputed', content: repliesContent },
  { id: 'timeline', title: 'Timeline and deadlines', content: timelineContent },
  { id: 'disclosure', title: 'What was withheld', content: disclosureContent },
  { id: 'check', title: 'How to check and repeat', content: checkContent },
  { id: 'forms', title: 'Forms and rules served', content: formsContent },
  { id: 'glossary', title: 'Glossary', content: glossaryContent },
];

/**
 * A whole case as one self-contained HTML page (UTF-8): a one-page summary, then every part in full. It
 * loads nothing, prints on A4, works from the keyboard, in light and dark, and without its script. It
 * computes nothing: every number stands in the input, and the same input gives the same bytes.
 */
export function caseReportPage(input: CaseReportInput): string {
  const view = caseView(input);
  const titles = new Map([['summary', 'Summary'], ...SECTIONS.map(({ id, title }) => [id, title] as const)]);
  return page({
    title: `Case ${input.case.id}, report ${input.report}: ${input.case.title}`,
    heading: html`Case report ${input.report} · ${when(input.createdAt)}`,
    contents: contents(),
    styles: ['report-style.css'],
    sheetFoot: `Case ${input.case.id} · report ${input.report} · ${input.createdAt.slice(0, 10)}`,
    main: [
      summarySection(view),
      SECTIONS.map(({ id, title, content }, index) => section(index + 1, id, title, content(view, titles))),
    ],
    foot: html`<p>${input.software} · <span class="mono">${input.schema}</span> · ${when(input.createdAt)}</p><p>This page is a view of the case’s log and documents, which hold every number in full.</p>`,
  });
}

function contents(): Markup {
  return html`<ol><li><a href="#summary">Summary</a></li>${SECTIONS.map(
    ({ id, title }, index) => html`<li><a href="#${id}">${index + 1} ${title}</a></li>`,
  )}</ol>`;
}
