import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { WEIGHT_TESTS } from '../registry.ts';
import { PUBLISHED_RATES } from './published-rates.ts';

describe('published error rates', () => {
  it('are those of the published document', () => {
    const document = readFileSync(new URL('../../../../docs/error-rates.json', import.meta.url));
    assert.equal(PUBLISHED_RATES.digest, `sha256:${createHash('sha256').update(document).digest('hex')}`);
  });

  it('cover every primary test', () => {
    const primary = WEIGHT_TESTS.filter((test) => test.primary !== undefined).map((test) => test.card.id);
    assert.deepEqual(PUBLISHED_RATES.tests.map((row) => row.test).sort(), primary.sort());
  });
});
