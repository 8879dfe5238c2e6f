export {
  type DigestProgress,
  type FileDigest,
  listModelFiles,
  type ModelFile,
  type TreeDigest,
  treeDigest,
} from '@filiation/evidence';
export { type Aligned, type Alignment, alignResidual, type Unaligned } from './alignment/alignment.ts';
export {
  type ErrorRates,
  errorRates,
  type LabelledPair,
  type RateInterval,
  type TestRates,
} from './calibration/error-rates.ts';
export { exchangeableModel } from './calibration/exchangeable-model.ts';
export { PUBLISHED_RATES } from './calibration/published-rates.ts';
export type { PublishedRates } from './calibration/published-rates-type.ts';
export { type SimulatedNull, simulateNull } from './calibration/simulate-null.ts';
export { type PairTruth, type RecordedModel, truthOfPairs } from './calibration/truth.ts';
export type { Architecture } from './canonical/architecture.ts';
export { buildModel, type ModelInput } from './canonical/build.ts';
export { FAMILIES, type Family } from './canonical/families.ts';
export { type MemoryModelInput, type MemoryTensor, memoryModel } from './canonical/memory-model.ts';
export {
  type CanonicalModel,
  type CanonicalTensor,
  type OriginClaims,
  ROLES,
  type TensorRole,
} from './canonical/model.ts';
export { type SharedTokens, sharedTokens } from './canonical/shared-tokens.ts';
export type { Tokenizer } from './canonical/tokenizer.ts';
export type { TensorView } from './canonical/view.ts';
export {
  type JudgedStatement,
  type OriginStatement,
  type PairClaims,
  pairClaims,
} from './claims/pair-claims.ts';
export { type ComparePairInput, type CompareProgress, cardStatements, comparePair } from './compare.ts';
export { type CompareOptions, compareModels } from './compare-models.ts';
export { DEFAULT_PARAMETERS, type PairContext, type WeightParameters } from './context.ts';
export { recoverMerge } from './delta/merge.ts';
export type {
  MergeIngredient,
  MergeMethod,
  MergeOptions,
  MergeRecovery,
  MergeTensor,
} from './delta/merge-recovery.ts';
export { type ByteSource, memorySource } from './formats/byte-source.ts';
export { castTo } from './formats/cast.ts';
export { decodeElements, dtypeBits } from './formats/dtype.ts';
export { fileSource } from './formats/file-source.ts';
export { openGguf } from './formats/gguf.ts';
export { ggufClaims, ggufConfiguration } from './formats/gguf-configuration.ts';
export { ggufNormOffset, ggufPermutesQueryKey } from './formats/gguf-layout.ts';
export { openGgufFile } from './formats/gguf-split.ts';
export { ggufTokenizer } from './formats/gguf-tokenizer.ts';
export { openStore, type StoreOptions } from './formats/open-store.ts';
export { quantise, type WritableFormat } from './formats/quant/quantise.ts';
export { type RequantisationMatch, requantisationMatch } from './formats/quant/requantisation.ts';
export { openSafetensors } from './formats/safetensors.ts';
export { openShardedSafetensors } from './formats/shards.ts';
export { tensorParts } from './formats/tensor-parts.ts';
export { openTorchZip, type TorchOptions } from './formats/torch-zip.ts';
export {
  type DtypeTotal,
  type InspectedTensor,
  type InspectedTokenizer,
  type Inspection,
  inspectModel,
  type RoleSummary,
} from './inspect.ts';
export { type MatrixKernel, SUM_RUN } from './kernel/kernel.ts';
export { type OnnxKernelOptions, onnxKernel } from './kernel/onnx.ts';
export { type KernelName, openKernel } from './kernel/open-kernel.ts';
export { plainKernel } from './kernel/plain.ts';
export { type ChunkComparison, compareChunks } from './kernel/vector.ts';
export { type WasmKernelOptions, wasmKernel } from './kernel/wasm.ts';
export { type Matrix, matrix, row, selectRows, transpose } from './matrix.ts';
export { type OpenModelOptions, openModel } from './open-model.ts';
export { OPINION_RULE, weightOpinion } from './opinion.ts';
export { type PairInput, pairContext } from './pair.ts';
export { WEIGHT_TESTS } from './registry.ts';
export type { ComparisonReport, ModelSummary } from './report.ts';
export { type SketchModelOptions, sketchModel } from './sketch/sketch-model.ts';
export { SOFTWARE } from './software.ts';
export type { Oddity, StoredTensor, TensorStore } from './store.ts';
export { summariseModel } from './summary.ts';
export { architectureTest } from './tests/architecture.ts';
export { attention } from './tests/attention.ts';
export { channelOrder } from './tests/channel-order.ts';
export { delta } from './tests/delta.ts';
export { direction } from './tests/direction.ts';
export { headOrder } from './tests/head-order.ts';
export { identity } from './tests/identity.ts';
export { learnedStructure } from './tests/learned-structure.ts';
export { match } from './tests/match.ts';
export { neuronOrder } from './tests/neuron-order.ts';
export { phiU } from './tests/phi-u.ts';
export { rotation } from './tests/rotation.ts';
export { tokenizerTest } from './tests/tokenizer.ts';
export { buildTree, compareAllPairs, type PairsInput } from './tree/build-tree.ts';
export type { StatedClaim } from './tree/claims.ts';
export { inferTree, type TreeInput } from './tree/infer-tree.ts';
export { isPairRelation, type MergeFit, type PairRelation, relationOf } from './tree/relations.ts';
export type {
  ClaimStatus,
  LineageTree,
  TreeClaim,
  TreeEdge,
  TreeEdgeKind,
  TreeModel,
} from './tree-types.ts';
export type { TensorFamily, WeightTest } from './weight-test.ts';
