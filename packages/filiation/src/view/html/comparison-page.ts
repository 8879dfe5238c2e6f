import type { ComparisonReport } from '@filiation/weights';
import { alternativesSection, basisSection, historySection } from './basis-sections.ts';
import { claimsSection } from './claims-section.ts';
import { page } from './document.ts';
import { findingsSection, inReadingOrder } from './finding-card.ts';
import { when } from './format.ts';
import { html, type Markup } from './markup.ts';
import { modelsSection } from './models-section.ts';
import { opinionSection } from './opinion-section.ts';
import { readingSection, recordSection } from './record-sections.ts';
import { type ReportView, reportView } from './report-view.ts';
import { cue } from './words.ts';

export interface ComparisonPageOptions {
  /** Command that makes the comparison again; by default one that names the models. */
  readonly command?: string;
}

/**
 * A comparison as one self-contained HTML page (UTF-8): nothing is loaded from anywhere, and the page
 * prints, works from the keyboard, in light and dark, and without its script. It computes nothing: every
 * number stands in the report.
 */
export function comparisonPage(report: ComparisonReport, options: ComparisonPageOptions = {}): string {
  const view = reportView(report);
  return page({
    title: `${report.subject.name} and ${report.reference.name}: comparison of weights`,
    heading: html`Comparison of weights · ${when(report.createdAt)}`,
    contents: contents(view),
    main: [
      opinionSection(view),
      basisSection(view),
      alternativesSection(view),
      historySection(view),
      claimsSection(view),
      modelsSection(report),
      findingsSection(view),
      readingSection(),
      recordSection(report, options.command),
    ],
    foot: html`<p>${report.software} · <span class="mono">${report.schema}</span> · ${when(report.createdAt)}</p><p>This page is a view of a JSON document, which holds every number in full; <span class="mono">filiation compare --json</span> prints it.</p>`,
  });
}

function contents(view: ReportView): Markup {
  const { findings, opinion } = view.report;
  const counted = new Set(
    opinion.primary.filter((result) => result.significant).map((result) => result.test),
  );
  const entry = (target: string, text: string): Markup => html`<a href="#${target}">${text}</a>`;
  return html`<ol><li>${entry('opinion', 'Opinion')}</li><li>${entry('rests-on', 'What it rests on')}</li><li>${entry('alternatives', 'What else could explain it')}</li><li>${entry('history', 'What was done, and which came first')}</li>${view.report.claims !== undefined && html`<li>${entry('claims', 'What is claimed of B')}</li>`}<li>${entry('models', 'The two models')}</li><li>${entry('findings', 'Findings')}<ol>${inReadingOrder(
    view,
  ).map((index) => {
    const finding = findings[index];
    const id = finding?.test.id ?? '';
    const mark = counted.has(id) ? cue('yes') : cue('none');
    return html`<li>${mark}${entry(view.anchorAt(index), view.titleOf(id))}</li>`;
  })}</ol></li><li>${entry('reading', 'How to read this page')}</li><li>${entry('record', 'Record and re-run')}</li></ol>`;
}
