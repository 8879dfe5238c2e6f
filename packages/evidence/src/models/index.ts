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
