import type { EnteredFinding, Strength } from './case-opinion.ts';
import type { NumberedFinding } from './sorting.ts';

export interface Combination {
  readonly entered: readonly EnteredFinding[];
  readonly strength: Strength;
  readonly marks: readonly string[];
  /** Entering findings whose ratio no known calibration set carries. */
  readonly uncalibrated: readonly NumberedFinding[];
}

/** What every entered finding carries, whatever the rule. */
export function enteredBase({
  number,
  digest,
  finding,
}: NumberedFinding): Pick<EnteredFinding, 'number' | 'digest' | 'test' | 'exactness'> {
  return { number, digest, test: finding.test, exactness: finding.exactness };
}
