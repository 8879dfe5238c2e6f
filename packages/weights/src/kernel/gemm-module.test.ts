import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { compileModule } from './engine.ts';
import { gemmModule } from './gemm-module.ts';

describe('the kernel module', () => {
  it('is the same bytes wherever it is made', () => {
    const digest = createHash('sha256')
      .update(gemmModule({ fused: false }))
      .digest('hex');
    assert.equal(digest, '2e1c6256e32d2a20cf755ec32a85affa9137ee77bf49e2400b907acda6e4f74f');
  });

  it('compiles', () => {
    assert.ok(compileModule(gemmModule({ fused: false })));
  });

  it('differs between the plain and the fused variant', () => {
    assert.notDeepEqual(gemmModule({ fused: true }), gemmModule({ fused: false }));
  });
});
