export type { Check, CheckStatus, VerificationReport, VerifiedFacts } from './check.ts';
export { type ErrorCode, type ErrorDetails, exitStatus, FiliationError } from './error.ts';
export type { JsonObject, JsonValue } from './json.ts';
export type {
  DigestName,
  Platform,
  RunningDigest,
  SignatureCheck,
  SignatureScheme,
} from './platform.ts';
export type { BundleMember, BundleSource } from './source.ts';
