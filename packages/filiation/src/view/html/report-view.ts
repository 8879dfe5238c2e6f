import type { TestCard } from '@filiation/evidence';
import type { ComparisonReport } from '@filiation/weights';
import { titleOfTest } from './format.ts';
import { html, type Markup } from './markup.ts';

/** A report with what every section looks up in it. */
export interface ReportView {
  readonly report: ComparisonReport;
  card(testId: string): TestCard | undefined;
  titleOf(testId: string): string;
  /** Anchor of the finding at a place in `report.findings`: readable, unique, safe in a URL. */
  anchorAt(index: number): string;
  /** The test's title, leading to its finding where the page has one. */
  link(testId: string): Markup;
}

export function reportView(report: ComparisonReport): ReportView {
  const cards = new Map(report.cards.map((card) => [card.id, card]));
  const anchors = report.findings.map(
    (finding, index) =>
      `f${index + 1}-${finding.test.id
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, 60)}`,
  );
  const titleOf = (testId: string): string => cards.get(testId)?.title ?? titleOfTest(testId);
  return {
    report,
    titleOf,
    card: (testId) => cards.get(testId),
    anchorAt: (index) => anchors[index] ?? '',
    link(testId) {
      const index = report.findings.findIndex((finding) => finding.test.id === testId);
      const anchor = anchors[index];
      return anchor === undefined
        ? html`${titleOf(testId)}`
        : html`<a href="#${anchor}">${titleOf(testId)}</a>`;
    },
  };
}
