export type { TestCard } from './card.ts';
export { type ErrorCode, type ErrorDetails, exitStatus, FiliationError } from './error.ts';
export type {
  CountsAgainstNullFigure,
  DistributionFigure,
  FigureData,
  HeatMapFigure,
  QuantileFigure,
  SpectrumFigure,
  TableFigure,
} from './figure.ts';
export type {
  Alternative,
  Exactness,
  ExhibitReference,
  Finding,
  FindingStatus,
  NamedValue,
  PartFinding,
  Question,
  Role,
  TestOutcome,
} from './finding.ts';
export type { JsonObject, JsonValue } from './json.ts';
export type { DescentDirection, Mechanism, PrimaryResult, WeightOpinion, WeightRelation } from './opinion.ts';
