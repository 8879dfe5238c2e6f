export type { JsonObject, JsonValue } from '@filiation/verify';
export { type ErrorCode, type ErrorDetails, exitStatus, FiliationError } from '@filiation/verify';
export type { TestCard } from './card.ts';
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
export { fileError } from './io/file-error.ts';
export { quoted, quotedList } from './io/quoted.ts';
export {
  type DigestProgress,
  type FileDigest,
  listModelFiles,
  type ModelFile,
  type TreeDigest,
  treeDigest,
} from './io/tree-digest.ts';
export { makeFolder, prepareOutput, systemReason, writeWholeFile } from './io/write-file.ts';
export type { DescentDirection, Mechanism, PrimaryResult, WeightOpinion, WeightRelation } from './opinion.ts';
