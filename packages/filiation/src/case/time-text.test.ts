import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/evidence';
import { parseTime } from './time-text.ts';

describe('times that people write', () => {
  it('stay as they are where they carry an offset', () => {
    for (const text of ['2026-12-31T17:00:00+01:00', '2026-12-31T17:00:00Z', '2026-12-31T17:00:00.5-05:30'])
      assert.equal(parseTime(text, 'Europe/Berlin'), text);
  });

  it('are in the time zone of the case where they carry none, summer and winter', () => {
    assert.equal(parseTime('2026-12-31T17:00', 'Europe/Berlin'), '2026-12-31T17:00:00+01:00');
    assert.equal(parseTime('2026-07-01 17:00:30', 'Europe/Berlin'), '2026-07-01T17:00:30+02:00');
    assert.equal(parseTime('2026-07-01T17:00', 'America/New_York'), '2026-07-01T17:00:00-04:00');
    assert.equal(parseTime('2026-07-01T00:30', 'Asia/Kolkata'), '2026-07-01T00:30:00+05:30');
    assert.equal(parseTime('2026-07-01T17:00', 'UTC'), '2026-07-01T17:00:00Z');
    // The night on which clocks go forward at 2, and the one on which they go back at 3.
    assert.equal(parseTime('2026-03-29T01:59', 'Europe/Berlin'), '2026-03-29T01:59:00+01:00');
    assert.equal(parseTime('2026-03-29T03:00', 'Europe/Berlin'), '2026-03-29T03:00:00+02:00');
    assert.equal(parseTime('2026-10-25T04:00', 'Europe/Berlin'), '2026-10-25T04:00:00+01:00');
  });

  it('that name a day alone mean its end, for deadlines only', () => {
    assert.equal(parseTime('2026-12-31', 'Europe/Berlin', 'end'), '2026-12-31T23:59:59+01:00');
    assert.throws(() => parseTime('2026-12-31', 'UTC'), FiliationError);
  });

  it('are refused with an example where they cannot be read', () => {
    for (const text of [
      'tomorrow',
      '31 Dec 2026',
      '2026-13-01T10:00',
      '2026-12-31T25:00',
      '2026-12-31T25:00:00Z',
      '',
    ])
      assert.throws(
        () => parseTime(text, 'Europe/Berlin', 'end'),
        (error) =>
          error instanceof FiliationError && error.code === 'USAGE' && /Europe\/Berlin/.test(error.hint!),
        text,
      );
  });
});
