import type { Exactness, Question } from './finding.ts';

/** What a test asks and what it takes for granted: printed with every finding it makes. */
export interface TestCard {
  /** `kind.name`, stable for ever. */
  readonly id: string;
  /** Changes whenever the same input could give another number. */
  readonly version: string;
  readonly title: string;
  readonly question: Question;
  /** The question the test asks, one sentence a juror can follow. */
  readonly asks: string;
  readonly nullHypothesis: string;
  readonly assumptions: readonly string[];
  readonly exactness: Exactness;
  /** What the test cannot see. */
  readonly blindTo: readonly string[];
  /** Paper, standard or derivation. */
  readonly source: string;
}
