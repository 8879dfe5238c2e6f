import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlanDocument } from '../claims/documents.ts';
import type { OpinionDocument } from '../claims/opinion-document.ts';
import type { FindingClaim, OpinionClaim } from '../claims/predicates.ts';
import { opinionFaults } from './opinion-checks.ts';
import type { FindingRecord } from './state.ts';

const header = { case: 'c', actor: 'a', at: '2026-01-01T00:00:00Z', seen: { size: 0, root: '0'.repeat(64) } };
const claim: OpinionClaim = {
  ...header,
  opinion: 'O1',
  plan: 'P1',
  comparison: 'C1',
  rule: 'primary',
  sentence: 'If proposition 2 held, such results would occur in fewer than 1 in 10^9 cases.',
};
const rule = { combine: 'primary', test: 'x', log10Alpha: -6 };
const propositions = { h1: 'one', h2: 'two' };
const plan = { opinion: rule, propositions } as unknown as PlanDocument;
const document: OpinionDocument = {
  schema: 'filiation.opinion/1',
  propositions,
  plan: 'P1',
  comparison: 'C1',
  rule,
  sentence: claim.sentence,
  entered: [
    { number: 'F1', digest: `sha256:${'1'.repeat(64)}`, test: { id: 'x', version: '1' }, log10P: -9.5 },
  ],
  listed: [{ number: 'F2', digest: `sha256:${'2'.repeat(64)}` }],
};

function finding(number: string, sha: string, changes: Partial<FindingClaim> = {}): [string, FindingRecord] {
  const logged: FindingClaim = {
    ...header,
    finding: number,
    run: 'R1',
    plan: 'P1',
    comparison: 'C1',
    test: { id: number === 'F1' ? 'x' : 'y', version: '1' },
    status: 'tested',
    exactness: 'exact',
    exploratory: false,
    log10P: number === 'F1' ? '-9.5' : '-0.1',
    ...changes,
  };
  return [
    number,
    { index: 7, claim: logged, sha256: sha.repeat(64), exhibits: [] } as unknown as FindingRecord,
  ];
}
const findings = new Map([finding('F1', '1'), finding('F2', '2')]);
const faults = (
  changes: Partial<OpinionDocument>,
  known: ReadonlyMap<string, FindingRecord> = findings,
): string => opinionFaults(claim, { ...document, ...changes }, plan, known).join('; ');

describe('an opinion against its log entry, plan and findings', () => {
  it('passes where all say the same', () => {
    assert.equal(faults({}), '');
    assert.deepEqual(opinionFaults(claim, document, undefined, findings), []);
  });

  it('fails by name where it says otherwise', () => {
    assert.match(faults({ sentence: 'It is so.' }), /another sentence/);
    assert.match(faults({ comparison: 'C2' }), /another plan or comparison/);
    assert.match(faults({ rule: { ...rule, combine: 'holm' } }), /another rule than its log entry/);
    assert.match(faults({ rule: { ...rule, log10Alpha: -2 } }), /not the one of the plan/);
    assert.match(faults({ rule: { ...rule, extra: 1 } }), /not the one of the plan/);
    assert.match(faults({ propositions: { h1: 'one', h2: 'easier' } }), /other propositions/);
    const [first] = document.entered;
    assert.match(faults({ entered: [{ ...first!, log10P: -90 }] }), /another test or number for F1/);
    assert.match(
      faults({ entered: [{ ...first!, test: { id: 'z', version: '1' } }] }),
      /another test or number/,
    );
    assert.match(faults({ entered: [{ ...first!, digest: `sha256:${'9'.repeat(64)}` }] }), /was not logged/);
    assert.match(faults({ entered: [{ ...first!, number: 'F9' }] }), /F9 by a digest that was not logged/);
    assert.match(faults({ entered: [{ ...first!, ratio: { reported: 4 } }] }), /another test or number/);
  });

  it('fails where it is silent on a planned finding or lets an exploratory one decide', () => {
    assert.match(faults({ listed: [] }), /silent on F2/);
    const aside = new Map([...findings, finding('F3', '3', { exploratory: true })]);
    assert.equal(faults({}, aside), '');
    const turned = new Map([finding('F1', '1', { exploratory: true }), finding('F2', '2')]);
    assert.match(faults({}, turned), /F1 decide, which is exploratory/);
    const elsewhere = new Map([finding('F1', '1', { comparison: 'C2' }), finding('F2', '2')]);
    assert.match(faults({}, elsewhere), /another plan or comparison/);
  });
});
