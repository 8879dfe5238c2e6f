import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { quoted, quotedList } from './quoted.ts';

describe('quoted', () => {
  it('leaves nothing that could rewrite a terminal line', () => {
    assert.equal(quoted('a\u001b[2K\r\u202eb\u200b\u0085'), '"a\\u001b[2K\\r\\u202eb\\u200b\\u0085"');
    assert.equal(quoted('\ud800'), '"\\ud800"');
  });

  it('shortens what is long', () => {
    assert.ok(quoted('n'.repeat(1e6)).length < 130);
    assert.equal(quotedList(['a', 'b', 'c'], 2), '"a", "b" and 1 more');
  });
});
