import type { CaseReportInput, ReportExhibit, ReportScheduleRow, ReportWithheld } from '@filiation/evidence';

/** Entries of each kind on the one-page summary; the sections have all of them. */
const MOST = 4;

/** The exhibits in question (subjects and references of the plans), and the others. */
export function exhibitsInQuestion(input: CaseReportInput): {
  readonly shown: readonly ReportExhibit[];
  readonly others: readonly ReportExhibit[];
} {
  const wanted = new Set(
    input.plans.flatMap(({ document }) =>
      document.comparisons.flatMap(({ exhibits }) =>
        exhibits
          .filter(({ role }) => role === 'subject' || role === 'reference')
          .map(({ exhibit }) => exhibit),
      ),
    ),
  );
  const first = input.exhibits.filter((exhibit) => wanted.size === 0 || wanted.has(exhibit.number));
  const shown = first.slice(0, MOST);
  return { shown, others: input.exhibits.filter((exhibit) => !shown.includes(exhibit)) };
}

/** What a reader must know first: marks of the opinions, open explanations, then the blind spots of a test that stands alone. */
export function caseLimits(input: CaseReportInput): {
  readonly shown: readonly string[];
  readonly more: number;
} {
  const opinions = input.opinions.map(({ opinion }) => opinion);
  const all = [
    ...opinions.flatMap((opinion) => opinion.marks),
    ...opinions.flatMap(({ alternatives }) =>
      alternatives.filter((each) => !each.ruledOut).map((each) => `Not ruled out: ${each.explanation}`),
    ),
    ...opinions.flatMap((opinion) =>
      opinion.outcome === 'undecided' && opinion.reading?.detectable !== undefined
        ? [opinion.reading.detectable]
        : [],
    ),
    // Of several tests one may see what another cannot: only a test that stands alone limits the answer.
    ...opinions.flatMap(({ blindTo }) =>
      blindTo.length === 1
        ? blindTo.flatMap(({ cannotSee }) => cannotSee.map((text) => `Cannot be seen: ${text}`))
        : [],
    ),
  ];
  const unique = [...new Set(all)];
  return { shown: unique.slice(0, MOST), more: Math.max(0, unique.length - MOST) };
}

const UNTESTED: Readonly<Partial<Record<ReportScheduleRow['state'], string>>> = {
  missing: 'planned, not run',
  'not-testable': 'not testable',
  failed: 'failed to run',
};

/** Planned tests without a result, and parts of exhibits that are withheld. */
export function untested(input: CaseReportInput): {
  readonly rows: readonly {
    readonly test: ReportScheduleRow['test'];
    readonly state: string;
    readonly finding?: string;
  }[];
  readonly withheld: readonly ReportWithheld[];
} {
  return {
    rows: input.schedule.flatMap(({ test, state, finding }) => {
      const words = UNTESTED[state];
      return words === undefined
        ? []
        : [{ test, state: words, ...(finding === undefined ? {} : { finding }) }];
    }),
    withheld: input.withheld,
  };
}
