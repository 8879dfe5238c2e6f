export type {
  JsonObject,
  JsonValue,
  PartItem,
  SketchDocument,
  SketchLeak,
  TensorPart,
  TensorSketch,
} from '@filiation/verify';
export {
  type ErrorCode,
  type ErrorDetails,
  exitStatus,
  FiliationError,
  MAX_SKETCH_ROWS,
} from '@filiation/verify';
export type { TestCard } from './card.ts';
export * from './case/index.ts';
export type {
  CaseReportInput,
  DeclarationAssessment,
  ReportCorrection,
  ReportDeadline,
  ReportDeclaration,
  ReportErrorRates,
  ReportEvent,
  ReportExhibit,
  ReportFinding,
  ReportLog,
  ReportOpinion,
  ReportPlan,
  ReportReply,
  ReportReproduction,
  ReportRun,
  ReportScheduleRow,
  ReportSeed,
  ReportWithheld,
} from './case-report.ts';
export {
  type CommitOptions,
  commitEquality,
  commitParts,
  openParts,
  type PartCommitment,
  rowParts,
} from './disclosure/commit-parts.ts';
export {
  compareSketches,
  type SketchComparison,
  type TensorComparison,
} from './disclosure/compare-sketches.ts';
export { LEAK_FRACTION, type LeakBudget, leakOfValue } from './disclosure/leak-budget.ts';
export { type Redaction, redactRows } from './disclosure/redact-rows.ts';
export { drawSketch, type SketchOptions, type SketchTensor } from './disclosure/sketch.ts';
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
  FindingDocument,
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
export { type AgentOptions, agentSigner } from './keys/agent.ts';
export {
  AGENT_VARIABLE,
  generateKey,
  keyFileSigner,
  type NewFileOptions,
  openSigner,
  readSealed,
  type SignerSources,
  verifierKeyOf,
  writeSealed,
} from './keys/key-store.ts';
export { generateMasterSalt, readMasterSalt } from './keys/master-salt.ts';
export { type AskSecret, type PassphraseSources, readPassphrase } from './keys/passphrase.ts';
export { readPrivateFile, writePrivateFile } from './keys/private-file.ts';
export { askAt, ownTerminal, type SecretTerminal } from './keys/prompt.ts';
export { registerKey } from './keys/register-key.ts';
export { SCRYPT_COST, type ScryptCost, type SealedHeader, type SealedKind } from './keys/sealed-file.ts';
export { KEY_VARIABLE, PASSPHRASE_VARIABLE, Secret, withoutSecrets } from './keys/secret.ts';
export { generateSeedValue, readSeedValue } from './keys/seed-value.ts';
export { encodedSeedSigner, encodeSeed, generateSeed, type Signer, seedSigner } from './keys/signer.ts';
export * from './log/index.ts';
export * from './models/index.ts';
export { boundRatio, type CalibrationFacts, type RatioBound, ratioBound } from './opinion/bound.ts';
export type {
  CaseOpinion,
  EnteredFinding,
  FindingEntry,
  ListedFinding,
  OpinionAlternative,
  OpinionOutcome,
  OpinionReading,
  Strength,
} from './opinion/case-opinion.ts';
export { formOpinion, type OpinionInput } from './opinion/form-opinion.ts';
export { formOpinions } from './opinion/form-opinions.ts';
export { type Fault, lintWording } from './opinion/lint-wording.ts';
export {
  checkOpinionRule,
  type HolmRule,
  type MeanRule,
  type OpinionRule,
  type PrimaryRule,
  type ProductRule,
  type RatioRule,
  testsOfRule,
} from './opinion/rule.ts';
export {
  chanceWords,
  ENFSI_2015,
  ratioWords,
  readScale,
  type ScaleReading,
  type ScaleStep,
  type VerbalScale,
} from './opinion/scale.ts';
export type { NumberedFinding } from './opinion/sorting.ts';
export { readingOfWeights } from './opinion/weights-reading.ts';
export type { DescentDirection, Mechanism, PrimaryResult, WeightOpinion, WeightRelation } from './opinion.ts';
export { type SealMember, type WriteProgress, writeArchive } from './seal/archive-writer.ts';
export { type BagRequest, type PreparedBag, prepareBag } from './seal/bag-writer.ts';
export { memberOf, membersOf } from './seal/members.ts';
export {
  CRATE_FILE,
  type CrateAction,
  type CrateExhibit,
  type CrateFile,
  type CrateMetadata,
  type CrateParty,
  roCrate,
} from './seal/ro-crate.ts';
export { type AuthoritySettings, readTimeAuthority, type TimeAuthority } from './time/authority.ts';
export {
  type AuthorityAnswer,
  type ObtainedTime,
  requestTimestamp,
  requestTimestamps,
  type TimestampOrder,
} from './time/client.ts';
export { type ReplyFile, readTimestampReply, writeTimestampRequest } from './time/exchange.ts';
export {
  parseTimestampRequest,
  type RequestOptions,
  type TimestampRequest,
  timestampRequest,
} from './time/request.ts';
export {
  type FetchedList,
  type FetchedLists,
  fetchRevocationLists,
  type RevocationOrder,
} from './time/revocation-client.ts';
