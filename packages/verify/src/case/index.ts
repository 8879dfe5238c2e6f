export { applyClaim } from './apply.ts';
export { type Claim, type ClaimOf, entryLabel, numberOf, predicateType, readClaim } from './claim.ts';
export { checkDisclosures } from './disclosure-checks.ts';
export {
  checkDocuments,
  type DocumentInput,
  decimalOf,
  MAX_DOCUMENT_BYTES,
  plannedSeed,
} from './document-checks.ts';
export { checkExhibits, type ExhibitInput } from './exhibit-checks.ts';
export { CLOCK_TOLERANCE_MS, type Replay, type ReplayInput, startReplay } from './replay.ts';
export { mayLog } from './rights.ts';
export { type RuleFault, ruleFaults } from './rules.ts';
export { nextNumber } from './rules-case.ts';
export { firstReveal, seedResult } from './seeds.ts';
export {
  type CaseState,
  type DisclosureRecord,
  type ExhibitRecord,
  emptyState,
  type FindingRecord,
  type Logged,
  type LoggedDocument,
  type RunRecord,
  type SeedRecord,
} from './state.ts';
export { startTally, type Tally } from './tally.ts';
export { isOfTheBytes, unreadableReport } from './unreadable.ts';
export {
  type BundleVerification,
  contentsDigest,
  type VerifyOptions,
  verifyBundle,
  withheldBytes,
} from './verify-bundle.ts';
export { type CaseCheckRequest, type CaseCheckResult, checkCase } from './verify-case.ts';
export { checkTimes, type Voucher } from './vouchers.ts';
