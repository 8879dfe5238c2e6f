export { openArchive } from './archive/archive-source.ts';
export { crc32 } from './archive/crc32.ts';
export { PathCollisions, pathFault } from './archive/member-path.ts';
export { memoryAccess, type RandomAccess } from './archive/random-access.ts';
export {
  centralRecord,
  endRecords,
  type LaidOutMember,
  localHeader,
  roomOf,
} from './archive/zip-layout.ts';
export { BAG_DECLARATION, type BagInfo, encodeBagInfo, parseBagInfo } from './bag/bag-info.ts';
export {
  type BagProgress,
  checkBag,
  DECLARATION_FILE,
  type DigestTable,
  INFO_FILE,
  MANIFEST_FILE,
  PAYLOAD_FOLDER,
  SEAL_FILE,
  TAG_MANIFEST_FILE,
} from './bag/check-bag.ts';
export { encodeManifest, type ManifestLine, parseManifest } from './bag/manifest.ts';
export { base64Of, base64UrlOf, bytesFromAnyBase64, bytesFromBase64, bytesFromBase64Url } from './base64.ts';
export {
  bytesFromHex,
  compareBytes,
  compareText,
  concatBytes,
  DIGEST_BYTES,
  equalBytes,
  hexOf,
  isWellFormed,
  utf8Bytes,
  utf8Text,
} from './bytes.ts';
export * from './case/index.ts';
export type { Check, CheckStatus, VerificationReport, VerifiedFacts } from './check.ts';
export { CHECK_GROUPS, type CheckGroup, type CheckTitle, TITLED_CHECKS, titleOf } from './check-titles.ts';
export {
  type Checkpoint,
  formatCheckpoint,
  type OpenedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
} from './checkpoint.ts';
export { BUNDLE_PREDICATE, BUNDLE_SCHEMA, type BundleSeal } from './claims/bundle-seal.ts';
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
  envelopeBytes,
  MAX_ENVELOPE_BYTES,
  preAuthEncoding,
  type ReadEnvelope,
  readEnvelope,
  statementMessage,
} from './claims/dsse.ts';
export {
  type Envelope,
  PREDICATE_PREFIX,
  type ResourceDescriptor,
  STATEMENT_PAYLOAD_TYPE,
  STATEMENT_TYPE,
  type Statement,
} from './claims/envelope.ts';
export { claimKeyId, Keyring, type PartyKey } from './claims/keyring.ts';
export { OPINION_SCHEMA, type OpinionDocument } from './claims/opinion-document.ts';
export type * from './claims/predicates.ts';
export { CLAIM_NAMES, CLAIM_SCHEMAS } from './claims/schemas.ts';
export { CompactRange, type NodeVisitor } from './compact-range.ts';
export { type Cosignature, cosignatureMessage, decodeCosignature, encodeCosignature } from './cosignature.ts';
export { contextGroup, contextTag, DER, DerCursor, type DerValue, readDer } from './der/reader.ts';
export { type EncodedTime, readHexInteger, readOid } from './der/values.ts';
export {
  COMMITMENT_SCHEMA,
  type CommitmentRecord,
  type FilePart,
  MAX_PARTS,
  PART_SCHEMAS,
  type PartItem,
  type PartKind,
  partLeaf,
  type RowPart,
  SALT_BYTES,
  type TensorPart,
} from './disclosure/commitment.ts';
export { JointSeeds, jointSeed, SEED_VALUE_BYTES, seedCommitment } from './disclosure/joint-seed.ts';
export {
  OPENING_SCHEMA,
  type OpenedPart,
  type OpeningDocument,
  verifyOpening,
  type WithheldParts,
} from './disclosure/opening.ts';
export {
  type RedactionHeader,
  type RedactionLine,
  type RedactionResult,
  shownLine,
  verifyRedaction,
} from './disclosure/redaction.ts';
export { MAX_ROW_BYTES, rowsOf } from './disclosure/rows.ts';
export {
  MAX_SKETCH_ROWS,
  SKETCH_SCHEMA,
  type SketchDocument,
  type SketchLeak,
  sketchFaults,
  type TensorSketch,
} from './disclosure/sketch-document.ts';
export {
  ED25519_KEY_BYTES,
  ED25519_SIGNATURE_BYTES,
  ed25519KeyOfSpki,
  ed25519Spki,
  inspectPublicKey,
  type PublicKeyState,
  type SignatureState,
  verifyEd25519,
} from './ed25519.ts';
export { decodeEntryBundle, encodeEntryBundle, MAX_ENTRY_BYTES } from './entry-bundle.ts';
export { type ErrorCode, type ErrorDetails, exitStatus, FiliationError } from './error.ts';
export { canonicalBytes, canonicalJson, isCanonical } from './json/canonical.ts';
export {
  type ExactJsonValue,
  type JsonLimits,
  MAX_JSON_DEPTH,
  parseExactJson,
  parseJson,
} from './json/parse.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { type CheckedCheckpoint, checkLog, type LogCheckRequest, type LogCheckResult } from './log-check.ts';
export {
  type ConsistencyClaim,
  emptyRoot,
  type Hasher,
  type InclusionClaim,
  leafHash,
  nodeHash,
  parseTreeSize,
  treeSize,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
export { consistencyProof, type HashReader, inclusionProof, rootOf } from './merkle-proofs.ts';
export {
  formatNote,
  formatNoteSignature,
  MAX_NOTE_BYTES,
  MAX_NOTE_SIGNATURES,
  type NoteSignature,
  noteBytes,
  parseNote,
  parseNoteSignature,
  type SignedNote,
} from './note.ts';
export {
  formatNoteKey,
  isNoteKeyName,
  type NoteKey,
  type NoteKeyKind,
  noteKey,
  parseNoteKey,
} from './note-key.ts';
export type {
  DigestName,
  Platform,
  RunningDigest,
  SignatureCheck,
  SignatureScheme,
} from './platform.ts';
export { judgeCheckpoint, type PolicyVerdict } from './policy-verdict.ts';
export { printable } from './printable.ts';
export { quoted } from './quoted.ts';
export { type ReportTextOptions, reportText } from './report-text.ts';
export * from './report-words.ts';
export * as schemaParts from './schema/parts.ts';
export { type Schema, type SchemaFault, schemaFaults } from './schema/schema.ts';
export type { BundleMember, BundleSource } from './source.ts';
export { type HashTile, TileBuilder } from './tile-builder.ts';
export {
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  type TileReader,
  tileHashes,
  tileHashReader,
  tilePath,
  tilesOf,
  tileWidth,
} from './tiles.ts';
export { type RenewedTime, verifyRenewals } from './timestamp/renewal.ts';
export { parseTimestampReply, type TimestampToken } from './timestamp/reply.ts';
export type { TokenInfo } from './timestamp/token-info.ts';
export {
  type Imprint,
  type TimestampRequirements,
  type VerifiedTime,
  verifyTimestamp,
} from './timestamp/verify.ts';
export {
  formatTlogPolicy,
  MAX_POLICY_BYTES,
  type PolicyGroup,
  type PolicyLog,
  type PolicyWitness,
  parseTlogPolicy,
  reachesQuorum,
  type TlogPolicy,
} from './tlog-policy.ts';
export { formatTlogProof, parseTlogProof, type TlogProof, verifyTlogProof } from './tlog-proof.ts';
export {
  noteMessage,
  noteSignature,
  type VerifiedNote,
  type VerifiedSignature,
  verifyNote,
} from './verify-note.ts';
export type { SignatureAlgorithm } from './x509/algorithms.ts';
export { type Certificate, readCertificate } from './x509/certificate.ts';
export { type ChainRequest, verifyChain } from './x509/chain.ts';
export type { Purpose } from './x509/chain-rules.ts';
export type { Extension, Extensions, KeyUsage } from './x509/extensions.ts';
export type { DistinguishedName, GeneralName } from './x509/name.ts';
export { readCertificateFile, readPem, readPemCertificates, readRevocationListFile } from './x509/pem.ts';
export { type PublicKey, type PublicKeyKind, readPublicKey } from './x509/public-key.ts';
export { checkRevocation, checkRevocationList, type RevocationState } from './x509/revocation.ts';
export { revocationAddresses } from './x509/revocation-addresses.ts';
export { type Revocation, type RevocationList, readRevocationList } from './x509/revocation-list.ts';
export { type SignedBytes, signatureFits } from './x509/signature.ts';
