import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createTestDatabase } from '@consulta/platform/testing';
import { dateInput } from '../../testing/harness.ts';
import { planSchedule } from './rules.ts';
import { localDay, zoneClock } from './zone-clock.ts';

const database = await createTestDatabase([]);
after(() => database.drop());

/** Files beside the zones in PostgreSQL's folder, and the zone of machines that have none. */
const noZones = new Set(['Factory', 'localtime', 'posixrules']);

/** Every name in PostgreSQL's tables, links too, and every zone in Node's. */
async function zoneNames(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>('SELECT name FROM pg_timezone_names');
  const names = rows.map(({ name }) => name).filter((name) => !/^(posix|right)\//.test(name));
  const all = new Set([...names, ...Intl.supportedValuesOf('timeZone'), 'GB', 'NZ', 'PRC', 'Navajo']);
  return [...all].filter((name) => !noZones.has(name));
}
const zones = await zoneNames();

test('every name in the IANA database is accepted, links and short ones too', () => {
  assert.ok(zones.length > 500);
  const options = { nowMs: Date.parse('2026-03-02T12:00:00Z'), slotsAheadDays: 90 };
  for (const timeZone of zones) {
    const { schedule } = planSchedule(dateInput({ timeZone }), options);
    assert.equal(schedule.timeZone, timeZone);
  }
});

/** Instants of a zone about each change of its clock from 2020 on, and some others. */
function instantsOf(timeZone: string): number[] {
  const instants: number[] = [];
  let next: Temporal.ZonedDateTime | null =
    Temporal.Instant.from('2020-01-01T00:00:00Z').toZonedDateTimeISO(timeZone);
  while (next && next.year < 2032) {
    for (const hours of [-26, -2, -1, -0.5, 0, 0.5, 1, 26, 900]) {
      instants.push(next.epochMilliseconds + hours * 3_600_000);
    }
    next = next.getTimeZoneTransition('next');
  }
  return instants;
}

test('in every zone a clock shows what Temporal says, also when it is changed', () => {
  for (const timeZone of zones) {
    const clock = zoneClock(timeZone);
    for (const ms of instantsOf(timeZone)) {
      const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
      assert.equal(clock.offsetAt(ms), zoned.offsetNanoseconds / 1_000_000, `${zoned}`);
      const date = Temporal.PlainDate.from('1970-01-01').add({ days: localDay(ms, timeZone) });
      assert.equal(date.toString(), zoned.toPlainDate().toString());
      // Skipped and repeated times as well: this instant's clock reading with the other offset's.
      for (const shift of [0, -1, 0.5, 1]) {
        const localMs = ms + clock.offsetAt(ms) + shift * 3_600_000;
        const local = Temporal.Instant.fromEpochMilliseconds(localMs)
          .toZonedDateTimeISO('UTC')
          .toPlainDateTime();
        const first = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
        const expected = first.toPlainDateTime().equals(local) ? first.epochMilliseconds : undefined;
        assert.equal(clock.instantOf(localMs), expected, `${local} in ${timeZone}`);
      }
    }
  }
});

test('the next change of a clock is the one Temporal names', () => {
  const ms = Date.parse('2026-01-15T00:00:00Z');
  assert.equal(zoneClock('America/New_York').changesAfter(ms), Date.parse('2026-03-08T07:00:00Z'));
  assert.equal(zoneClock('America/Sao_Paulo').changesAfter(ms), Number.POSITIVE_INFINITY);
});
