import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { after, test } from 'node:test';
import { queryBuilder } from '@consulta/platform/database';
import { appointmentDatabase, storeRequest } from '../../testing/fixtures.ts';
import type { AppointmentTables } from '../tables.ts';
import { countStatuses, sumRatings } from './queries.ts';
import { weekStarts } from './rules.ts';

const database = await appointmentDatabase();
after(() => database.drop());
const db = queryBuilder<AppointmentTables>(database.pool);
const day = (date: string) => Temporal.PlainDate.from(date);

/** Zones about whose clocks tables of different years disagree, whose clocks change on Sundays, and links. */
const zones = [
  'America/Edmonton',
  'America/Vancouver',
  'America/Sao_Paulo',
  'America/Rio_Branco',
  'America/New_York',
  'America/Coyhaique',
  'America/Asuncion',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Almaty',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Europe/Lisbon',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'GB',
  'NZ',
];

/** The Monday of the week in which an instant lies by a zone's clock. */
function mondayAt(instant: Temporal.Instant, timeZone: string): string {
  const date = instant.toZonedDateTimeISO(timeZone).toPlainDate();
  return date.subtract({ days: date.dayOfWeek - 1 }).toString();
}

test('a Monday just after midnight belongs to its own week, in whatever zone', async () => {
  const doctorId = randomUUIDv7();
  const startsAt = day('2026-11-30')
    .toZonedDateTime({ timeZone: 'America/Edmonton', plainTime: '00:15' })
    .toInstant();
  await storeRequest(database, { doctorId, startsAt: startsAt.toString(), timeZone: 'America/Edmonton' });
  const weeks = { from: day('2026-11-16'), to: day('2026-12-06') };
  const counts = await countStatuses(db, doctorId, weeks);
  assert.deepEqual(counts, [{ week: '2026-11-30', status: 'requested', count: 1 }]);
});

test('the weeks of appointments are counted by the clocks that their slots were made by', async () => {
  const doctorId = randomUUIDv7();
  const weeks = { from: day('2026-03-02'), to: day('2026-12-06') };
  const expected = new Map<string, number>();
  for (const timeZone of zones) {
    for (const week of ['2026-03-02', '2026-03-09', '2026-03-30', '2026-04-06', '2026-10-26', '2026-12-07']) {
      const monday = day(week).toZonedDateTime(timeZone).toInstant();
      for (const minutes of [-75, -15, 0, 15, 75]) {
        const startsAt = monday.add({ minutes });
        await storeRequest(database, { doctorId, startsAt: startsAt.toString(), timeZone });
        const counted = mondayAt(startsAt, timeZone);
        if (counted >= '2026-03-02' && counted <= '2026-11-30') {
          expected.set(counted, (expected.get(counted) ?? 0) + 1);
        }
      }
    }
  }
  const found = new Map<string, number>();
  for (const { week, count } of await countStatuses(db, doctorId, weeks)) {
    found.set(week, (found.get(week) ?? 0) + count);
  }
  assert.deepEqual([...found].sort(), [...expected].sort());
});

test('the weeks of ratings are those of Brasília', async () => {
  const doctorId = randomUUIDv7();
  // Each without the feedback and the appointment that it came from, which nothing here looks at.
  const client = await database.pool.connect();
  await client.query('SET session_replication_role = replica');
  const give = (givenAt: string, rating: number) =>
    client.query(
      `INSERT INTO reviews (feedback_id, doctor_id, rating, given_at) VALUES (uuidv7(), $1, $2, $3)`,
      [doctorId, rating, givenAt],
    );
  await give('2026-03-02T02:59:59.999Z', 1);
  await give('2026-03-02T03:00:00Z', 5);
  await give('2026-03-09T02:59:59.999Z', 4);
  await give('2026-03-09T03:00:00Z', 2);
  client.release(true);
  const weeks = { from: day('2026-03-02'), to: day('2026-03-08') };
  assert.deepEqual(await sumRatings(db, doctorId, weeks), [{ week: '2026-03-02', sum: 9, count: 2 }]);
});

test('weeks begin with their Monday in summer and winter', () => {
  const { names, starts } = weekStarts(
    { from: day('2018-10-29'), to: day('2018-11-11') },
    'America/Sao_Paulo',
  );
  assert.deepEqual(names, ['2018-10-29', '2018-11-05']);
  assert.deepEqual(starts, ['2018-10-29T03:00:00Z', '2018-11-05T02:00:00Z', '2018-11-12T02:00:00Z']);
});
