import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCase } from '../test-support/test-case.ts';
import { instantOf } from './instant.ts';

describe('a time as a claim writes it', () => {
  it('is read where a calendar has it', () => {
    assert.equal(instantOf('2028-02-29T23:59:59Z'), Date.UTC(2028, 1, 29, 23, 59, 59));
    assert.equal(instantOf('2026-12-31T10:00:00+02:00'), Date.UTC(2026, 11, 31, 8));
  });

  it('is none where no calendar has it, whatever an engine makes of it', () => {
    for (const text of [
      '2026-02-29T00:00:00Z',
      '2026-02-30T00:00:00Z',
      '2026-04-31T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-00-10T00:00:00Z',
      '2026-01-00T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:00:60Z',
      'tomorrow',
    ])
      assert.ok(Number.isNaN(instantOf(text)), text);
  });

  it('fails the entry that gives no time, so that nothing later stumbles over it', async () => {
    const of = testCase();
    of.exhibit('acme', 'weights', { receivedAt: '2029-02-30T00:00:00Z' });
    const due = { number: 'D1', kind: 'reply-by', due: '2030-19-39T29:59:69Z', source: 'order' } as const;
    of.add('acme', 'deadline', [of.subjectOf('E1')], { deadline: due });
    const { failed } = await of.check();
    assert.deepEqual(
      failed.map(({ id, part }) => `${id} ${part}`),
      ['entry.time entry 1 (exhibit E1)', 'entry.time entry 2 (deadline D1)'],
    );
  });
});
