export { assign, assignWithPrices, type PricedAssignment } from './assign.ts';
export { type BootstrapOptions, type ClusterInterval, clusterBootstrap, pairBootstrap } from './bootstrap.ts';
export {
  areaUnderCurve,
  type BootstrapInterval,
  familyBootstrap,
  type OperatingPoint,
  type RateAtLimit,
  rocCurve,
  truePositiveRateAt,
} from './calibration.ts';
export { cllr, cllrMin, type EcePoint, ece, eceCurve } from './cllr.ts';
export { clopperPearson, type RateInterval } from './clopper-pearson.ts';
export { brownCombine, kostCovariance, type Matrix, stouffer } from './correlated.ts';
export { type DetPoint, detCurve, equalErrorRate } from './detection-error.ts';
export {
  log10BinomialLowerTail,
  log10BinomialTail,
  log10PoissonLowerTail,
  log10PoissonTail,
} from './discrete-tails.ts';
export {
  type Calibrator,
  E_PROCESS_START,
  type EProcess,
  eMean,
  eProcessStep,
  eProduct,
  log10PFromE,
  pToE,
  villeThreshold,
} from './e-values.ts';
export { logBinomial, logFactorial, logGamma } from './gamma.ts';
export {
  type HomeCountBlock,
  homeCountBound,
  homeCountPmf,
  homeCountTail,
  randomisedHomeCountP,
} from './home-counts.ts';
export { log10HypergeometricLowerTail, log10HypergeometricTail, type Urn } from './hypergeometric.ts';
export { type LogTails, logGammaTails, logUpperGamma } from './incomplete-gamma.ts';
export { increasingSubsequenceBound, longestIncreasingSubsequence } from './increasing.ts';
export { LN10, log10Sum, logSumExp } from './log-space.ts';
export {
  type LogisticCalibration,
  logisticCalibration,
  logisticFusion,
  logisticLog10LR,
} from './logistic.ts';
export { boundLogLR, elubBounds, type LrBounds, lrBounds } from './lr-bounds.ts';
export { cauchyMerge, geometricMerge, harmonicMerge, hommel, twiceMean } from './merging.ts';
export { benjaminiHochberg, bonferroni, fisherCombine, holm, hommelAdjust } from './multiplicity.ts';
export { mutualNearest, nearestRows } from './nearest.ts';
export { type PavBlock, type PavCalibration, pavCalibration, pavLog10LR } from './pav.ts';
export {
  type CountedP,
  combinations,
  exactPermutationTest,
  exactSignFlipTest,
  permutationP,
  permutationTest,
  type TwoSampleStatistic,
} from './permutation.ts';
export { betaInverse, betaInverseTail, normalQuantile } from './quantiles.ts';
export { type RandomStream, randomStream } from './random.ts';
export { ranks, spearman } from './ranks.ts';
export { type LrSelfCheck, lrSelfCheck, type TuringBreach } from './self-check.ts';
export { type SymmetricEigen, symmetricEigen, symmetricEigenvalues } from './symmetric-eigen.ts';
export {
  log10BetaLowerTail,
  log10BetaTail,
  log10ChiSquareLowerTail,
  log10ChiSquareTail,
  log10GammaLowerTail,
  log10GammaTail,
  log10NormalTail,
  log10StudentTail,
} from './tails.ts';
export { type MisleadingEvidence, misleadingEvidence, type TippettPoint, tippett } from './tippett.ts';
export { kolmogorovSmirnovUniform } from './uniformity.ts';
