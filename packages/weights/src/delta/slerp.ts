/** Spherical interpolation between two tensors seen as vectors. */
export interface SlerpFit {
  /** Fraction of the way from the first to the second. */
  readonly fraction: number;
  /** Weights of the two that the fraction implies. */
  readonly first: number;
  readonly second: number;
}

/** Smaller angles (radians) make the spherical and the straight way one. */
const SMALLEST_ANGLE = 1e-4;

/**
 * The fraction t for which sin((1-t)ω)/sin ω and sin(tω)/sin ω come nearest to the fitted weights of two
 * vectors at angle ω. From their ratio: tan(tω) = b sin ω / (a + b cos ω). Undefined for parallel vectors.
 */
export function slerpFraction(weights: readonly [number, number], angle: number): SlerpFit | undefined {
  if (!(angle > SMALLEST_ANGLE && angle < Math.PI - SMALLEST_ANGLE)) return undefined;
  const [a, b] = weights;
  const fraction = Math.atan2(b * Math.sin(angle), a + b * Math.cos(angle)) / angle;
  return {
    fraction,
    first: Math.sin((1 - fraction) * angle) / Math.sin(angle),
    second: Math.sin(fraction * angle) / Math.sin(angle),
  };
}
