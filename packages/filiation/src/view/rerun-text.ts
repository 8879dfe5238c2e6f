import type { Recomputed } from '../case/rerun.ts';
import { counted } from './counted.ts';
import { ranges } from './ranges.ts';

/** How many findings came out as logged, differently, or not at all. */
export interface RerunSummary {
  readonly same: number;
  readonly different: number;
  readonly notRecomputed: number;
}

export function rerunSummary(results: readonly Recomputed[]): RerunSummary {
  const count = (state: Recomputed['state']): number => results.filter((each) => each.state === state).length;
  return { same: count('same'), different: count('different'), notRecomputed: count('not-recomputed') };
}

/** What came of computing findings again: one line for each that needs a look, the rest as a range. */
export function rerunText(results: readonly Recomputed[]): string {
  const { same, different, notRecomputed } = rerunSummary(results);
  const numbers = (state: Recomputed['state']): string =>
    ranges(results.filter((each) => each.state === state).map((each) => each.finding));
  const lines = (state: Recomputed['state']): string =>
    results
      .filter((each) => each.state === state)
      .map(
        ({ finding, run, test, detail }) => `    ${finding.padEnd(5)} ${run.padEnd(4)} ${test}: ${detail}\n`,
      )
      .join('');
  if (results.length === 0) return 'Computed again: nothing, the case has no findings.\n';
  return [
    `Computed again: ${counted(results.length, 'finding or opinion', 'findings and opinions')}\n`,
    `  same, byte for byte  ${same}${same === 0 ? '' : `  ${numbers('same')}`}\n`,
    `  different            ${different}\n${lines('different')}`,
    `  not recomputed       ${notRecomputed}\n${reasons(results)}`,
  ].join('');
}

/** Why findings were not recomputed: one line for each reason. */
function reasons(results: readonly Recomputed[]): string {
  const open = results.filter((each) => each.state === 'not-recomputed');
  return [...new Set(open.map((each) => each.detail ?? ''))]
    .map((detail) => {
      const numbers = open.filter((each) => (each.detail ?? '') === detail).map((each) => each.finding);
      return `    ${ranges(numbers)}: ${detail}\n`;
    })
    .join('');
}
