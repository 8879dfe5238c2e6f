export {
  type CustodyInput,
  correctEntry,
  exhibitOf,
  recordCustody,
  recordParty,
  revokeKey,
  rotateKey,
  setDeadline,
} from './acts.ts';
export {
  type Actor,
  type CaseFolder,
  type Draft,
  draft,
  isCaseFolder,
  type OpenCaseOptions,
  openCase,
} from './case-folder.ts';
export { caseSource } from './case-source.ts';
export { registerDeclaration } from './declarations.ts';
export {
  commitmentOf,
  type LoggedCommitment,
  logCommitment,
  logOpening,
  logRedaction,
  logSketch,
  logWithheld,
  sketchesOf,
} from './disclosures.ts';
export {
  type DocumentFolder,
  type PreparedDocument,
  prepareBytes,
  prepareDocument,
  readDocument,
} from './documents.ts';
export { addExhibit, type ExhibitInput } from './exhibits.ts';
export { copyExhibit, digestExhibit, type Intake } from './intake.ts';
export { type NewCase, needEmptyFolder, newCase, timeIn } from './new-case.ts';
export { type OpenBundleInput, openBundle } from './open-bundle.ts';
export {
  type OpinionsRequest,
  opinionOf,
  type PlanOpinion,
  planOpinions,
  registerOpinions,
} from './opinions.ts';
export { clearOutbox, type Outbox, openOutbox } from './outbox.ts';
export { receivePacket, writePacket } from './packet.ts';
export { type PlanInput, planOf, registerPlan } from './plans.ts';
export { type RenewalOrder, type RenewalResult, renewTokens } from './renewals.ts';
export { type ReplyInput, registerReply, replyOf } from './replies.ts';
export { keepRevocationLists, type ListOrder } from './revocation-lists.ts';
export {
  endRun,
  findingDocument,
  findingOf,
  findingText,
  logFinding,
  type RunStart,
  startRun,
} from './runs.ts';
export { type SealInput, sealCase } from './seal.ts';
export { chooseBeacon, commitSeed, giveBeaconValue, revealSeed, settleSeed } from './seeds.ts';
export {
  type AuthoritySetting,
  type CaseSettings,
  readSettings,
  type WitnessSetting,
  writeSettings,
} from './settings.ts';
export { type ClaimBody, type ClaimFrame, signClaim } from './signing.ts';
export { type CaseStatus, caseStatus, type DeadlineStatus } from './status.ts';
export {
  type AskWitness,
  archiveCheckpoint,
  authorityOf,
  checkpointImprint,
  gatherVouchers,
  isVouchedFor,
  keepToken,
  type VouchResult,
} from './vouching.ts';
