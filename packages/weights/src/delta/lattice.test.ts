import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomStream } from '@filiation/stats';
import { castTo } from '../formats/cast.ts';
import { type Matrix, matrix } from '../matrix.ts';
import { normal, rounded } from '../test-support/planted-models.ts';
import { findLattice, findRequantised, LATTICES, type Lattice, withinHalfStep } from './lattice.ts';

const original = rounded(normal(randomStream('lattice'), 8, 256, 0.05), 'F16');

function put(m: Matrix, lattice: Lattice, dtype: string): Matrix {
  const width = lattice.group === 0 ? m.columns : lattice.group;
  const out = m.data.slice();
  for (let start = 0; start < out.length; start += width) {
    const values = out.subarray(start, start + width);
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const levels =
      lattice.table ?? Array.from({ length: 2 * lattice.top + 1 }, (_, k) => k / lattice.top - 1);
    values.forEach((value, i) => {
      const place = value / scale;
      values[i] =
        scale *
        levels.reduce((best, level) => (Math.abs(level - place) < Math.abs(best - place) ? level : best));
    });
  }
  return matrix(m.rows, m.columns, castTo(dtype, out));
}

describe('lattices', () => {
  it('are found from rounded values alone, each under its own name', () => {
    for (const lattice of LATTICES) {
      const found = findLattice(put(original, lattice, 'F16'), 10);
      assert.equal(found?.lattice.name, lattice.name);
      assert.equal(found?.lattice.top, lattice.top);
    }
  });

  it('are found beneath bfloat16 where the levels are coarse enough, and not claimed where not', () => {
    for (const lattice of LATTICES) {
      const found = findLattice(put(original, lattice, 'BF16'), 7);
      if (lattice.top <= 8) assert.equal(found?.lattice.name, lattice.name);
      else if (found !== undefined) assert.ok(found.chance <= 0.5);
    }
  });

  it('are not seen in plain numbers of any type', () => {
    for (const [dtype, bits] of [
      ['F16', 10],
      ['BF16', 7],
      ['F32', 23],
    ] as const)
      for (let seed = 0; seed < 20; seed++)
        assert.equal(
          findLattice(rounded(normal(randomStream(`plain ${seed}`), 8, 256, 0.05), dtype), bits),
          undefined,
        );
  });

  it('tell what was rounded from what was not', () => {
    for (const lattice of LATTICES) {
      const child = put(original, lattice, 'F16');
      assert.equal(findRequantised(original, child, 10)?.lattice.name, lattice.name);
      assert.ok(withinHalfStep(original, child, lattice, 10) > 0.99);
      const other = rounded(normal(randomStream('other'), 8, 256, 0.05), 'F16');
      assert.equal(findRequantised(other, child, 10), undefined);
      assert.ok(withinHalfStep(other, child, lattice, 10) < 0.5);
    }
    assert.equal(findRequantised(original, original, 10), undefined);
  });
});
