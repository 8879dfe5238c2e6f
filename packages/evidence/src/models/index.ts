export { type BomModel, type ModelBom, parseModelBom } from './bom/read-bom.ts';
export { type BomFacts, modelBom } from './bom/write-bom.ts';
export { type ModelCard, type OriginFiles, readModelCard, statedAncestors } from './card/model-card.ts';
export {
  checkDeclaration,
  DECLARED_RELATIONS,
  type DeclarationBasis,
  type DeclaredAncestor,
  type DeclaredRelation,
  type ModelDeclaration,
  parseDeclaration,
} from './declaration.ts';
export type { FileDifference, FilesCompared } from './signing/compare-files.ts';
export type { KeylessTrust, SigningTime } from './signing/keyless.ts';
export { isEncryptedKey, readSigningKey } from './signing/keys.ts';
export type { ManifestEntry, ManifestHash, ManifestSettings } from './signing/manifest.ts';
export { type SignedModel, type SignModelInput, signModel } from './signing/sign-model.ts';
export {
  type ModelSignatureReport,
  type ModelSigner,
  type SignatureTrust,
  type VerifyModelInput,
  verifyModelSignature,
} from './signing/verify-model.ts';
