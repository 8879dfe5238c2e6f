import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import fc from 'fast-check';
import type { MemoryTensor } from '../canonical/memory-model.ts';
import { type Matrix, matrix } from '../matrix.ts';
import { changed, model, normal, nudged, plantedTensors, rounded } from '../test-support/planted-models.ts';
import { addElements, newEquations, solve } from './least-squares.ts';
import { recoverMerge } from './merge.ts';
import type { MergeRecovery } from './merge-recovery.ts';

const base = plantedTensors('merge base');
const tune = (seed: string, size = 0.005): MemoryTensor[] =>
  changed(base, (m, role, layer) => nudged(m, `${seed} ${role} ${layer}`, size));
const first = tune('first');
const second = tune('second');

/** Element by element over tensors of the same place. */
function combine(
  models: readonly (readonly MemoryTensor[])[],
  rule: (
    values: readonly number[],
    layer: number | undefined,
    matrices: readonly Matrix[],
    at: number,
  ) => number,
): MemoryTensor[] {
  return models[0]!.map((tensor, index) => {
    const parts = models.map((tensors) => tensors[index]!.matrix);
    const data = tensor.matrix.data.map((_, at) =>
      rule(
        parts.map((part) => part.data[at]!),
        tensor.layer,
        parts,
        at,
      ),
    );
    return { ...tensor, matrix: rounded(matrix(tensor.matrix.rows, tensor.matrix.columns, data), 'F16') };
  });
}

function recover(
  from: readonly MemoryTensor[] | undefined,
  subject: readonly MemoryTensor[],
  candidates: readonly (readonly MemoryTensor[])[],
): Promise<MergeRecovery> {
  return recoverMerge(
    from === undefined ? undefined : model('base', from),
    model('subject', subject),
    candidates.map((tensors, index) => model(`candidate ${index}`, tensors)),
  );
}

function near(seen: MergeRecovery, expected: readonly number[], within = 0.002): void {
  const weights = seen.ingredients.map(({ coefficient }) => coefficient);
  expected.forEach((value, k) => {
    assert.ok(Math.abs(weights[k]! - value) <= within, `${weights} is not ${expected}`);
  });
}

describe('least squares', () => {
  it('recovers coefficients of noisy combinations within five standard errors', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 5 }),
        fc.string(),
        (weights, seed) => {
          const stream = randomStream(seed);
          const vectors = weights.map(() => normal(stream, 1, 400, 1).data);
          const target = Float32Array.from({ length: 400 }, (_, i) =>
            weights.reduce((sum, weight, k) => sum + weight * vectors[k]![i]!, 0.01 * stream.normal()),
          );
          const equations = newEquations(weights.length);
          addElements(equations, vectors, target);
          const { coefficients, standardErrors, condition } = solve(equations);
          weights.forEach((weight, k) => {
            assert.ok(Math.abs(coefficients[k]! - weight) < 6 * standardErrors[k]! + 1e-6);
          });
          assert.ok(condition >= 1 && condition < 3);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('recoverMerge', () => {
  it('recovers a linear mixture with and without the base, and gives a bystander no weight', async () => {
    const child = combine([first, second], ([x, y]) => 0.7 * x! + 0.3 * y!);
    for (const from of [base, undefined]) {
      const seen = await recover(from, child, [first, second]);
      assert.equal(seen.method, 'linear');
      near(seen, from === undefined ? [0.7, 0.3] : [0.7, 0.3, 0]);
      assert.ok(seen.identifiable && seen.r2 > 0.999, `r2 ${seen.r2}`);
      assert.ok(seen.ingredients[0]!.high - seen.ingredients[0]!.low < 0.01);
    }
    near(await recover(base, child, [tune('bystander'), first, second]), [0, 0.7, 0.3, 0]);
  });

  it('recovers task arithmetic, and one candidate mixed with the base', async () => {
    const sum = combine([base, first, second], ([w, x, y]) => w! + 0.9 * (x! - w!) + 0.6 * (y! - w!));
    const seen = await recover(base, sum, [first, second]);
    assert.equal(seen.method, 'task-arithmetic');
    near(seen, [0.9, 0.6, -0.5]);
    const half = await recover(
      base,
      combine([base, first], ([w, x]) => (w! + x!) / 2),
      [first],
    );
    assert.equal(half.method, 'linear');
    near(half, [0.5, 0.5]);
  });

  it('recovers parents that share no base', async () => {
    const stranger = plantedTensors('stranger');
    const child = combine([first, stranger], ([x, y]) => 0.8 * x! + 0.2 * y!);
    for (const from of [base, undefined]) {
      const seen = await recover(from, child, [first, stranger]);
      assert.equal(seen.method, 'linear');
      near(seen, [0.8, 0.2]);
    }
  });

  it('says so where collinear candidates can replace each other', async () => {
    const child = combine([first, second], ([x, y]) => 0.7 * x! + 0.3 * y!);
    const twin = await recover(base, child, [first, second, first]);
    assert.equal(twin.identifiable, false);
    assert.ok(twin.condition > 1e4);
    const further = combine([base, first], ([w, x]) => w! + 1.5 * (x! - w!));
    assert.equal((await recover(base, child, [first, further])).identifiable, false);
  });

  it('recovers the fraction of spherical interpolation', async () => {
    const wide = tune('wide', 0.04);
    const far = tune('far', 0.04);
    const child = combine([wide, far], ([x, y], _, [a, b]) => {
      let [dot, xx, yy] = [0, 0, 0];
      for (let i = 0; i < a!.data.length; i++) {
        dot += a!.data[i]! * b!.data[i]!;
        xx += a!.data[i]! ** 2;
        yy += b!.data[i]! ** 2;
      }
      const angle = Math.acos(Math.min(1, dot / Math.sqrt(xx * yy)));
      if (angle < 1e-6) return 0.7 * x! + 0.3 * y!;
      return (Math.sin(0.7 * angle) * x! + Math.sin(0.3 * angle) * y!) / Math.sin(angle);
    });
    for (const from of [base, undefined]) {
      const seen = await recover(from, child, [wide, far]);
      assert.equal(seen.method, 'slerp');
      assert.ok(Math.abs(seen.details.fraction! - 0.3) < 0.002, `fraction ${seen.details.fraction}`);
    }
  });

  it('sees weights that change from layer to layer', async () => {
    const child = combine([first, second], ([x, y], layer) => (layer === 1 ? x! : 0.4 * x! + 0.6 * y!));
    const seen = await recover(base, child, [first, second]);
    assert.equal(seen.method, 'layerwise');
    assert.ok(seen.ingredients[0]!.high - seen.ingredients[0]!.low > 0.5);
    const up = seen.tensors.find((tensor) => tensor.label === 'mlp-up 0')!;
    assert.ok(Math.abs(up.coefficients[0]! - 0.4) < 0.01);
  });

  it('recovers density and scale of a trimmed, sign-elected merge', async () => {
    const kept = 0.3;
    const threshold = new Map<Matrix, number>();
    const cut = (part: Matrix, origin: Matrix): number => {
      const held = threshold.get(part);
      if (held !== undefined) return held;
      const sizes = part.data.map((value, i) => Math.abs(value - origin.data[i]!)).sort();
      const made = sizes[Math.floor((1 - kept) * sizes.length)]!;
      threshold.set(part, made);
      return made;
    };
    const child = combine([base, first, second], ([w, ...values], _, [origin, ...parts]) => {
      const tasks = values
        .map((value, k) => ({ task: value - w!, cut: cut(parts[k]!, origin!) }))
        .filter((entry) => Math.abs(entry.task) >= entry.cut && entry.task !== 0)
        .map((entry) => entry.task);
      const elected = tasks.reduce((sum, task) => sum + task, 0);
      const agreeing = tasks.filter((task) => task > 0 === elected > 0);
      return agreeing.length === 0
        ? w!
        : w! + agreeing.reduce((sum, task) => sum + task, 0) / agreeing.length;
    });
    const seen = await recover(base, child, [first, second]);
    assert.equal(seen.method, 'ties');
    assert.ok(Math.abs(seen.details.density! - kept) <= 0.01 && Math.abs(seen.details.scale! - 1) < 0.01);
  });

  it('recovers the drop rate of a dropped and rescaled merge', async () => {
    const stream = randomStream('dropping');
    const child = combine([base, first, second], ([w, x, y]) => {
      const keep = (): number => (stream.uniform() < 0.6 ? 0 : 1 / 0.4);
      return w! + 0.5 * keep() * (x! - w!) + 0.8 * keep() * (y! - w!);
    });
    const seen = await recover(base, child, [first, second]);
    assert.equal(seen.method, 'dare');
    assert.ok(Math.abs(seen.details.dropRate! - 0.6) < 0.02, `drop rate ${seen.details.dropRate}`);
  });

  it('claims no recipe for a tune of its own or a stranger', async () => {
    assert.equal((await recover(base, tune('own'), [first, second])).method, 'none');
    assert.equal((await recover(base, plantedTensors('nobody'), [first, second])).method, 'none');
    assert.equal((await recover(undefined, tune('own'), [first, second])).method, 'none');
    assert.equal((await recover(base, first, [first, second])).method, 'single');
  });

  it('names tensors that do not fit, and refuses an empty list', async () => {
    const grown = base.map((tensor) =>
      tensor.role === 'head' ? { ...tensor, matrix: matrix(161, 64) } : tensor,
    );
    assert.deepEqual((await recover(base, grown, [first])).skipped, ['head']);
    await assert.rejects(() => recover(base, first, []), RangeError);
  });
});
