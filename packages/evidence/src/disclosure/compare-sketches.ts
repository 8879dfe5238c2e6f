import { FiliationError, type SketchDocument, type TensorSketch } from '@filiation/verify';

/** Estimates from sketches: descriptive, never combined with other findings. */
export interface TensorComparison {
  readonly name: string;
  readonly elements: number;
  /** Estimate of ‖a - b‖ / ‖b‖, and its relative standard error. Unrelated tensors of one size: 1.4. */
  readonly distance: number;
  readonly distanceError: number;
  /** Estimate of the cosine between a and b, and its standard error. Unrelated tensors: 0. */
  readonly cosine: number;
  readonly cosineError: number;
}

export interface SketchComparison {
  readonly exactness: 'descriptive';
  readonly tensors: readonly TensorComparison[];
  /** Median over tensors. */
  readonly medianDistance: number;
  readonly medianCosine: number;
  /** Tensors that only one side has, or of another size. */
  readonly notCompared: readonly string[];
  readonly meaning: string;
}

const MEANING =
  'Near 0 distance and near 1 cosine say that the two models hold nearly the same numbers at the same ' +
  'places, as a copy and its fine-tune do. Large distances say only that they do not: a copy with ' +
  'permuted or rotated weights looks like a stranger. No error rate is known; a look-alike from the same ' +
  'public base is near too.';

/**
 * Compares two sketches that were drawn with one joint seed.
 *
 * @throws FiliationError CONFLICT for sketches with another seed, rows or rounding; USAGE where no tensor
 *   is common to both
 */
export function compareSketches(a: SketchDocument, b: SketchDocument): SketchComparison {
  if (a.seed !== b.seed || a.rows !== b.rows || a.digits !== b.digits)
    throw new FiliationError(
      'CONFLICT',
      'the two sketches were not drawn with the same seed, rows and digits',
      {
        hint: 'draw both as the plan says',
      },
    );
  const others = new Map(b.tensors.map((tensor) => [tensor.name, tensor]));
  const compared = a.tensors.flatMap((tensor) => {
    const other = others.get(tensor.name);
    return other?.elements === tensor.elements ? [compareTensors(tensor, other)] : [];
  });
  if (compared.length === 0)
    throw new FiliationError('USAGE', 'the two sketches have no tensor in common', {
      hint: 'models of another architecture cannot be compared in this way',
    });
  const names = new Set(compared.map(({ name }) => name));
  const all = new Set([...a.tensors, ...b.tensors].map(({ name }) => name));
  return {
    exactness: 'descriptive',
    tensors: compared,
    medianDistance: median(compared.map(({ distance }) => distance)),
    medianCosine: median(compared.map(({ cosine }) => cosine)),
    notCompared: [...all].filter((name) => !names.has(name)),
    meaning: MEANING,
  };
}

function compareTensors(a: TensorSketch, b: TensorSketch): TensorComparison {
  const [p, q] = [numbersOf(a), numbersOf(b)];
  const rows = p.length;
  if (rows !== q.length || rows === 0)
    throw new FiliationError('MALFORMED', `the sketches of ${a.name} have ${rows} and ${q.length} values`);
  let [pp, qq, pq, dd] = [0, 0, 0, 0];
  for (let i = 0; i < rows; i++) {
    pp += p[i]! * p[i]!;
    qq += q[i]! * q[i]!;
    pq += p[i]! * q[i]!;
    dd += (p[i]! - q[i]!) ** 2;
  }
  const distance = dd === 0 ? 0 : qq === 0 ? Number.MAX_VALUE : Math.sqrt(dd / qq);
  const cosine = pp === 0 || qq === 0 ? (pp === qq ? 1 : 0) : pq / Math.sqrt(pp * qq);
  return {
    name: a.name,
    elements: a.elements,
    distance,
    distanceError: 1 / Math.sqrt(rows),
    cosine,
    cosineError: (1 - cosine * cosine) / Math.sqrt(rows),
  };
}

function numbersOf({ name, values }: TensorSketch): readonly number[] {
  const numbers = values.map(Number);
  if (numbers.every(Number.isFinite)) return numbers;
  throw new FiliationError('MALFORMED', `the sketch of ${name} holds something that is not a number`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((p, q) => p - q);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
