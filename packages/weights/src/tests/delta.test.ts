import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '@filiation/evidence';
import { randomStream } from '@filiation/stats';
import type { PairContext } from '../context.ts';
import { matrix, row, selectRows, transpose } from '../matrix.ts';
import {
  changed,
  closePair,
  examplePair,
  lowRank,
  mapped,
  nudged,
  pairOf,
  plantedTensors,
  rounded,
} from '../test-support/planted-models.ts';
import { delta } from './delta.ts';

const base = plantedTensors('delta');

async function mechanisms(pair: PairContext): Promise<Map<string, string>> {
  const { facts } = await delta.run(pair);
  const seen = facts!.mechanisms as readonly (JsonObject & { name: string; detail: string })[];
  return new Map(seen.map(({ name, detail }) => [name, detail]));
}

async function exampleMechanisms(reference: string, subject: string): Promise<string[]> {
  const pair = await examplePair(reference, subject);
  const seen = [...(await mechanisms(pair)).keys()];
  await closePair(pair);
  return seen;
}

describe('weights.delta on planted changes', () => {
  it('finds the rank of an adapter beneath float16 and bfloat16 rounding', async () => {
    for (const [rank, dtype] of [
      [1, 'F16'],
      [4, 'F16'],
      [16, 'F16'],
      [4, 'BF16'],
    ] as const) {
      const start = changed(base, (m) => rounded(m, dtype));
      const child = changed(start, (m, role, layer) =>
        role.startsWith('attention') ? lowRank(m, rank, `${role} ${layer}`, 0.01, dtype) : m,
      );
      const seen = await mechanisms(pairOf(start, child));
      assert.match(seen.get('low-rank') ?? '', new RegExp(`has rank ${rank} `), `rank ${rank} in ${dtype}`);
      assert.ok(seen.has('frozen-parts') && !seen.has('fine-tune'));
    }
  });

  it('never calls a full-rank change low-rank, however small', async () => {
    for (const size of [1e-6, 3e-6, 1e-5, 1e-4, 1e-3, 1e-2]) {
      const seen = await mechanisms(
        pairOf(
          base,
          changed(base, (m, role) => nudged(m, `${role}${size}`, size)),
        ),
      );
      assert.ok(!seen.has('low-rank'), `size ${size}: ${[...seen.keys()]}`);
    }
  });

  it('tells unstructured zeros from the 2:4 pattern', async () => {
    const half = changed(base, (m) => mapped(m, (value) => (Math.abs(value) < 0.0337 ? 0 : value)));
    const seen = await mechanisms(pairOf(base, half));
    assert.match(seen.get('sparsified') ?? '', /median (49|50|51)\.. % .* 100\.0 % of what remains/);
    assert.ok(!/2:4/.test(seen.get('sparsified')!));
    assert.ok(!seen.has('fine-tune'));
    const back = await mechanisms(pairOf(half, base));
    assert.deepEqual([...back.keys()], ['sparsified']);
    assert.match(back.get('sparsified')!, /of the reference have new exact zeros/);
    const pattern = changed(base, (m) => mapped(m, (value, i) => (i % 4 < 2 ? 0 : value)));
    assert.match((await mechanisms(pairOf(base, pattern))).get('sparsified')!, /2:4 pattern/);
  });

  it('sees int4 groups as rounding, not as training or pruning', async () => {
    const groups = changed(base, (m) => {
      const out = m.data.slice();
      for (let start = 0; start < out.length; start += 32) {
        const values = out.subarray(start, start + 32);
        const step = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 7;
        values.forEach((value, j) => {
          values[j] = Math.round(value / step) * step;
        });
      }
      return rounded(matrix(m.rows, m.columns, out), 'F16');
    });
    const seen = await mechanisms(pairOf(base, groups));
    assert.deepEqual([...seen.keys()], ['quantised']);
    assert.match(seen.get('quantised')!, /int4 groups of 32/);
    const back = await mechanisms(pairOf(groups, base));
    assert.match(back.get('quantised') ?? '', /of the reference are the subject's rounded/);
    assert.equal(back.size, 1);
  });

  it('finds the adapter under the rounding of a quantised child', async () => {
    const child = changed(base, (m, role, layer) => {
      const tuned = lowRank(m, 4, `${role} ${layer}`, 0.02, 'F32');
      const out = tuned.data.slice();
      for (let i = 0; i < m.rows; i++) {
        const values = out.subarray(i * m.columns, (i + 1) * m.columns);
        const step = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
        values.forEach((value, j) => {
          values[j] = Math.round(value / step) * step;
        });
      }
      return rounded(matrix(m.rows, m.columns, out), 'F16');
    });
    const seen = await mechanisms(pairOf(base, child));
    assert.match(seen.get('low-rank') ?? '', /has rank 4 /);
    assert.match(seen.get('quantised') ?? '', /int8 per row/);
  });

  it('matches kept layers, kept units and kept tokens', async () => {
    const deep = plantedTensors('deep', { hidden: 64, mlp: 96, layers: 4, vocabulary: 160 });
    const shallow = deep
      .filter((tensor) => tensor.layer !== 1)
      .map((tensor) =>
        tensor.layer !== undefined && tensor.layer > 1 ? { ...tensor, layer: tensor.layer - 1 } : tensor,
      );
    const seen = await delta.run(pairOf(deep, shallow));
    assert.deepEqual(seen.facts!.layerMap, [0, 2, 3]);
    assert.match(JSON.stringify(seen.facts!.mechanisms), /pruned-depth.*3 of 4 layers kept: 0, 2, 3/);

    const keep = Int32Array.from({ length: 60 }, (_, i) => i + Math.floor(i / 2));
    const narrow = changed(base, (m, role) => {
      if (role === 'mlp-gate' || role === 'mlp-up')
        return matrix(60, m.columns, Float32Array.from([...keep].flatMap((i) => [...row(m, i)])));
      if (role !== 'mlp-down') return m;
      return matrix(
        m.rows,
        60,
        Float32Array.from({ length: m.rows * 60 }, (_, at) => row(m, Math.floor(at / 60))[keep[at % 60]!]!),
      );
    });
    const kept = await mechanisms(pairOf(base, narrow));
    assert.match(kept.get('pruned-width') ?? '', /96 to 60; 120 kept units/);
    assert.ok(!kept.has('fine-tune'));
    assert.match((await mechanisms(pairOf(narrow, base))).get('expanded-width') ?? '', /60 to 96/);

    const longer = plantedTensors('longer', { hidden: 64, mlp: 96, layers: 2, vocabulary: 170 });
    const grown = base.map((tensor) => {
      if (tensor.role !== 'embedding' && tensor.role !== 'head') return tensor;
      const more = longer.find((other) => other.role === tensor.role)!.matrix.data.slice();
      more.set(tensor.matrix.data);
      return { ...tensor, matrix: matrix(170, 64, more) };
    });
    const resized = await mechanisms(pairOf(base, grown));
    assert.deepEqual([...resized.keys()], ['resized-vocabulary']);
    assert.match(resized.get('resized-vocabulary')!, /160 to 170 token rows, 160 shared/);
  });

  it('reports no mechanism for strangers', async () => {
    const seen = await delta.run(pairOf(base, plantedTensors('other')));
    assert.equal(seen.facts!.kinInPlace, false);
    assert.deepEqual(seen.facts!.mechanisms, []);
  });
});

describe('weights.delta on merges and moved parts', () => {
  it('names the recipe of a merge of candidates instead of calling it training', async () => {
    const [first, second] = ['first', 'second'].map((seed) =>
      changed(base, (m, role) => nudged(m, seed + role, 0.005)),
    );
    const child = first!.map((tensor, at) => ({
      ...tensor,
      matrix: rounded(
        mapped(tensor.matrix, (value, i) => 0.7 * value + 0.3 * second![at]!.matrix.data[i]!),
        'F16',
      ),
    }));
    const seen = await mechanisms(pairOf(base, child, [first!, second!]));
    assert.deepEqual([...seen.keys()], ['merged']);
    assert.match(seen.get('merged')!, /linear: 0\.700 candidate 0 \+ 0\.300 candidate 1/);
    const own = changed(base, (m, role) => nudged(m, `own${role}`, 0.005));
    assert.deepEqual([...(await mechanisms(pairOf(base, own, [first!, second!]))).keys()], ['fine-tune']);
  });

  it('recognises MLP units in another order, and parts replaced by a stranger’s', async () => {
    const order = randomStream('order').permutation(96);
    const moved = changed(base, (m, role) => {
      if (role === 'mlp-gate' || role === 'mlp-up') return selectRows(m, order);
      return role === 'mlp-down' ? transpose(selectRows(transpose(m), order)) : m;
    });
    assert.deepEqual([...(await mechanisms(pairOf(base, moved))).keys()], ['permuted']);
    const other = plantedTensors('donor');
    const replaced = base.map((tensor, at) => (tensor.role === 'attention-q' ? other[at]! : tensor));
    const seen = await mechanisms(pairOf(base, replaced));
    assert.match(seen.get('moved-or-replaced-parts') ?? '', /2 matrices \(attention-q\)/);
    assert.ok(!seen.has('fine-tune'));
  });
});

describe('weights.delta on trained models', () => {
  it('finds rank 8 in the merged adapter and full rank in the fine-tune', async () => {
    const pair = await examplePair('base_A', 'A_lora');
    const outcome = await delta.run(pair);
    const ranks = outcome.facts!.ranks as readonly { kind: string; rank: number }[];
    assert.equal(ranks.length, 12);
    assert.ok(ranks.every(({ kind, rank }) => kind === 'low-rank' && rank === 8));
    await closePair(pair);
    assert.deepEqual(await exampleMechanisms('base_A', 'A_ft'), ['fine-tune']);
  });

  it('recognises the narrowed child, and strangers as strangers', async () => {
    assert.deepEqual(await exampleMechanisms('base_A', 'A_pruned_width'), ['pruned-width', 'fine-tune']);
    assert.deepEqual(await exampleMechanisms('base_A', 'base_B'), []);
  });

  it('undoes disguises before it describes the change', async () => {
    assert.deepEqual(await exampleMechanisms('base_A', 'A_permuted'), ['permuted']);
    assert.deepEqual(await exampleMechanisms('base_A', 'A_rotated_scaled'), ['rotated']);
    const pair = await examplePair('A_ft', 'A_rotated_scaled');
    const outcome = await delta.run(pair);
    assert.equal(outcome.effect!.name, 'median cosine after alignment');
    assert.ok(outcome.effect!.value > 0.98 && outcome.effect!.value < 0.999);
    assert.match(JSON.stringify(outcome.facts!.mechanisms), /rotated.*fine-tune/);
    await closePair(pair);
  });
});
