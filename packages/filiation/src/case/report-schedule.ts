import type { CaseReportInput } from '@filiation/evidence';
import type { CaseState, PlanDocument } from '@filiation/verify';

type Row = CaseReportInput['schedule'][number];

/** Plan against what was run: one row a planned test, then what was run besides. */
export function scheduleOf(state: CaseState, plans: ReadonlyMap<string, PlanDocument>): readonly Row[] {
  const rows: Row[] = [];
  const entered = new Set<string>();
  for (const [plan, document] of plans)
    for (const { comparison, tests } of document.comparisons)
      for (const test of tests) {
        const found = [...state.findings].filter(
          ([, { claim }]) =>
            claim.plan === plan &&
            claim.comparison === comparison &&
            claim.test.id === test.id &&
            !claim.exploratory,
        );
        const base = { test, plan, comparison };
        const [first, ...again] = found;
        if (first === undefined) rows.push({ ...base, state: 'missing' });
        else
          rows.push({
            ...base,
            state: stateOf(first[1].claim.status),
            finding: first[0],
            run: first[1].claim.run,
          });
        for (const [number, { claim }] of again)
          rows.push({ ...base, state: 'repeated', finding: number, run: claim.run });
        for (const [number] of found) entered.add(number);
      }
  for (const [number, { claim }] of state.findings)
    if (!entered.has(number))
      rows.push({
        test: claim.test,
        ...(claim.plan === undefined ? {} : { plan: claim.plan }),
        ...(claim.comparison === undefined ? {} : { comparison: claim.comparison }),
        state: 'exploratory',
        finding: number,
        run: claim.run,
      });
  return rows;
}

function stateOf(status: 'tested' | 'not-testable' | 'failed'): Row['state'] {
  return status === 'tested' ? 'run' : status;
}
