import { FiliationError } from '@filiation/evidence';

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?)?$/;

/**
 * A time as people write it, as claims write it (RFC 3339 with an offset). `2026-12-31T17:00` is in the time
 * zone of the case; a day alone is taken where `day` says which moment of it is meant.
 * @throws FiliationError USAGE
 */
export function parseTime(text: string, zone: string, day?: 'end'): string {
  if (RFC3339.test(text) && !Number.isNaN(Date.parse(text))) return text;
  const [, date, minutes, seconds = ':00'] = LOCAL.exec(text) ?? [];
  const clock = minutes === undefined ? (day === 'end' ? '23:59:59' : undefined) : minutes + seconds;
  if (date === undefined || clock === undefined || Number.isNaN(Date.parse(`${date}T${clock}Z`)))
    throw new FiliationError('USAGE', `cannot read the time ${JSON.stringify(text)}`, {
      hint: `write 2026-12-31T17:00${day === 'end' ? ' or 2026-12-31' : ''} (time zone of the case: ${zone}), or with an offset: 2026-12-31T17:00:00+01:00`,
    });
  return `${date}T${clock}${offsetOf(`${date}T${clock}Z`, zone)}`;
}

/** Offset of a zone at a moment given in its own wall-clock time. */
function offsetOf(wallClock: string, zone: string): string {
  const wanted = Date.parse(wallClock);
  // The offset at the wall-clock time read as UTC is off by at most one change of clocks: look again there.
  const guess = wanted - offsetAt(wanted, zone);
  const offset = offsetAt(guess, zone);
  const minutes = Math.round(Math.abs(offset) / 60_000);
  if (minutes === 0) return 'Z';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Milliseconds that the clocks of a zone are ahead of UTC. */
function offsetAt(time: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(time);
  const of = (type: string): string => parts.find((part) => part.type === type)!.value;
  const clock = `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}:${of('second')}Z`;
  return Date.parse(clock) - Math.floor(time / 1000) * 1000;
}
