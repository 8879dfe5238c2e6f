export type { Check, CheckStatus, VerificationReport, VerifiedFacts } from './check.ts';
export {
  DOCUMENT_SCHEMAS,
  FINDING_SCHEMA,
  PLAN_SCHEMA,
  type PlanDocument,
  type PlannedComparison,
  type PlannedExhibit,
  type PlannedSeed,
  REPLY_SCHEMA,
  type ReplyDocument,
} from './claims/documents.ts';
export {
  type Envelope,
  PREDICATE_PREFIX,
  type ResourceDescriptor,
  STATEMENT_PAYLOAD_TYPE,
  STATEMENT_TYPE,
  type Statement,
} from './claims/envelope.ts';
export type * from './claims/predicates.ts';
export { CLAIM_NAMES, CLAIM_SCHEMAS } from './claims/schemas.ts';
export { type ErrorCode, type ErrorDetails, exitStatus, FiliationError } from './error.ts';
export type { JsonObject, JsonValue } from './json.ts';
export type {
  DigestName,
  Platform,
  RunningDigest,
  SignatureCheck,
  SignatureScheme,
} from './platform.ts';
export { type Schema, type SchemaFault, schemaFaults } from './schema/schema.ts';
export type { BundleMember, BundleSource } from './source.ts';
