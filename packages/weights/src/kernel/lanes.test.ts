import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import { compileModule } from './engine.ts';
import { gemmModule } from './gemm-module.ts';
import { workerRunner } from './lanes.ts';

describe('a worker that computes pieces', () => {
  const module = compileModule(gemmModule({ fused: false }))!;
  const internal = (error: unknown): boolean => error instanceof FiliationError && error.code === 'INTERNAL';

  it('that crashes is reported, and refuses what follows', async () => {
    const runner = workerRunner(module);
    const outside = { rows: 2 ** 20, columns: 2 ** 20, width: 256, first: false };
    await assert.rejects(runner.run(outside), internal);
    await assert.rejects(runner.run({ rows: 1, columns: 1, width: 1, first: true }), internal);
    await runner.close();
  });

  it('that is closed while it computes is reported', async () => {
    const runner = workerRunner(module);
    const pending = assert.rejects(
      runner.run({ rows: 1024, columns: 1024, width: 1024, first: true }),
      internal,
    );
    await runner.close();
    await pending;
  });
});
