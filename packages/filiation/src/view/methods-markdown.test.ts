import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { WEIGHT_TESTS } from '@filiation/weights';
import { cloneRoot } from '../e2e/run-cli.ts';
import { methodsMarkdown } from './methods-markdown.ts';

describe('docs/methods.md', () => {
  it('says what the cards say; if not, run: node scripts/make-methods.mjs', () => {
    const written = readFileSync(join(cloneRoot(), 'docs', 'methods.md'), 'utf8');
    assert.equal(written, methodsMarkdown(WEIGHT_TESTS.map((test) => test.card)));
  });

  it('gives every test a null hypothesis, assumptions, blind spots and a source', () => {
    for (const { card } of WEIGHT_TESTS) {
      assert.ok(card.nullHypothesis.length > 20 && card.source.length > 10, card.id);
      assert.ok(card.assumptions.length > 0 && card.blindTo.length > 0, card.id);
    }
  });
});
