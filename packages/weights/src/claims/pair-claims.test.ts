import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WeightOpinion } from '@filiation/evidence';
import { type OriginStatement, pairClaims } from './pair-claims.ts';

const hex = 'ab'.repeat(32);
const reference = { name: 'base', digest: `sha256:${hex}` };
const subject = { name: 'child', digest: `sha256:${'cd'.repeat(32)}` };
type Found = Pick<WeightOpinion, 'relation' | 'direction'>;
const found = (relation: Found['relation'], direction: Found['direction'] = 'undetermined'): Found => ({
  relation,
  direction,
});
const derived = found('derived', 'reference-to-subject');
const stranger = found('no-evidence');
const judge = (opinion: Found, ...statements: Partial<OriginStatement>[]) =>
  pairClaims(
    statements.map((each) => ({ source: 'model card', ...each })),
    reference,
    subject,
    opinion,
  );
const named = { ancestor: 'owner/base' };
const scratch = {};

describe('what is claimed of a model against what its weights show', () => {
  it('confirms the ancestor it names, whether the direction is known or not', () => {
    assert.equal(judge(derived, named)?.status, 'confirmed');
    assert.match(judge(found('derived'), named)?.note ?? '', /direction is not determined/);
    assert.equal(judge(found('identical'), named)?.status, 'confirmed');
  });

  it('contradicts an ancestor that it shares nothing learned with, or that came later', () => {
    for (const opinion of [
      stranger,
      found('shared-initialisation'),
      found('derived', 'subject-to-reference'),
    ])
      assert.equal(judge(opinion, named)?.status, 'contradicted');
  });

  it('contradicts training from scratch where related weights are found, unless the model came first', () => {
    assert.equal(judge(derived, scratch)?.status, 'contradicted');
    assert.equal(judge(found('derived'), scratch)?.status, 'contradicted');
    assert.match(judge(found('derived'), scratch)?.note ?? '', /only if child came first/);
    assert.equal(judge(found('derived', 'subject-to-reference'), scratch)?.status, 'claimed');
    assert.equal(judge(found('shared-initialisation'), scratch)?.status, 'claimed');
    // Not found against one reference is not confirmed against all models there are.
    assert.equal(judge(stranger, scratch)?.status, 'claimed');
  });

  it('is silent where descent is found and nobody speaks of the reference', () => {
    assert.equal(judge(derived)?.status, 'silent');
    assert.equal(judge(derived, { ancestor: 'owner/another' })?.status, 'silent');
    assert.equal(judge(found('derived', 'subject-to-reference')), undefined);
    assert.equal(judge(stranger), undefined);
  });

  it('leaves claims that this comparison does not decide', () => {
    for (const [opinion, statement] of [
      [found('not-testable'), named],
      [found('not-testable'), scratch],
      [stranger, { ancestor: 'owner/another' }],
      [stranger, { ...named, relation: 'distilled' }],
    ] as const)
      assert.equal(judge(opinion, statement)?.status, 'claimed');
  });

  it('lets a digest decide whom a name means, and a name that fits both models mean neither', () => {
    assert.equal(judge(derived, { ancestor: 'anything', sha256: hex })?.status, 'confirmed');
    assert.equal(judge(derived, { ...named, sha256: '00'.repeat(32) })?.status, 'silent');
    const twin = pairClaims(
      [{ ancestor: 'owner/model', source: 'model card' }],
      { ...reference, name: 'a/model' },
      { ...subject, name: 'b/model' },
      derived,
    );
    assert.equal(twin?.status, 'silent');
  });

  it('a contradiction outweighs a confirmation, and every statement keeps its own status', () => {
    const result = judge(derived, named, scratch);
    assert.equal(result?.status, 'contradicted');
    assert.deepEqual(
      result?.statements.map((each) => each.status),
      ['confirmed', 'contradicted'],
    );
  });
});
