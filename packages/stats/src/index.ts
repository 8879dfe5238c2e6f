export { assign, assignWithPrices, type PricedAssignment } from './assign.ts';
export {
  areaUnderCurve,
  type BootstrapInterval,
  familyBootstrap,
  type OperatingPoint,
  type RateAtLimit,
  rocCurve,
  truePositiveRateAt,
} from './calibration.ts';
export { logBinomial, logFactorial, logGamma, logUpperGamma } from './gamma.ts';
export {
  type HomeCountBlock,
  homeCountBound,
  homeCountPmf,
  homeCountTail,
  randomisedHomeCountP,
} from './home-counts.ts';
export { increasingSubsequenceBound, longestIncreasingSubsequence } from './increasing.ts';
export { LN10, log10Sum, logSumExp } from './log-space.ts';
export { benjaminiHochberg, fisherCombine, holm, hommel, twiceMean } from './multiplicity.ts';
export { mutualNearest, nearestRows } from './nearest.ts';
export { type RandomStream, randomStream } from './random.ts';
export { ranks, spearman } from './ranks.ts';
export { type SymmetricEigen, symmetricEigen, symmetricEigenvalues } from './symmetric-eigen.ts';
export { log10ChiSquareTail, log10NormalTail, log10StudentTail } from './tails.ts';
export { kolmogorovSmirnovUniform } from './uniformity.ts';
