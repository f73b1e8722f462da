import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { idBeforeAll, type Schedule } from '@consulta/contracts';
import { queryBuilder } from '@consulta/platform/database';
import { dateInput, startTestService, until, weeklyInput } from '../../testing/harness.ts';
import type { Tables } from '../tables.ts';
import { listRollingSchedules } from './queries.ts';
import { rollSchedule } from './roll.ts';

const start = '2026-03-02T12:00:00Z';
const service = await startTestService({ now: start });
after(() => service.stop());
const { expect, newDoctor, clock } = service;
const { pool } = service.database;
const db = queryBuilder<Tables>(pool);

const create = (token: string, input: object) => expect<Schedule>(201, token, 'POST', '/schedules', input);
const startsOf = async (scheduleId: string) => {
  const { rows } = await pool.query<{ starts_at: Date }>(
    'SELECT starts_at FROM slots WHERE schedule_id = $1 AND withdrawn_at IS NULL ORDER BY starts_at',
    [scheduleId],
  );
  return rows.map((row) => row.starts_at.toISOString());
};
const planning = () => ({ now: clock.now(), slotsAheadDays: 90 });
async function rollAll(): Promise<string[]> {
  const page = { ...planning(), afterId: idBeforeAll, limit: 1000 };
  const due = await listRollingSchedules(db, page);
  for (const schedule of due) await rollSchedule(db, schedule, planning());
  return due.map(({ id }) => id);
}

test('at every hour of the days that follow there are slots for 90 days, none twice and none in the past', async () => {
  const schedules = await Promise.all(
    ['America/Rio_Branco', 'America/Noronha', 'Pacific/Kiritimati'].map((timeZone) =>
      create(
        newDoctor().token,
        weeklyInput({ timeZone, startTime: '00:00', endTime: '23:30', slotMinutes: 30 }),
      ),
    ),
  );
  const daily = await create(
    newDoctor().token,
    weeklyInput({
      weekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
      slotMinutes: 60,
    }),
  );
  for (let hour = 0; hour < 50; hour += 7) {
    clock.set(start);
    clock.advance({ hours: hour });
    await rollAll();
    const last = (await startsOf(daily.id)).at(-1) ?? '';
    assert.ok(Date.parse(last) >= clock.now().epochMilliseconds + 90 * 86_400_000 - 86_400_000 / 2, last);
  }
  clock.set('2026-04-02T12:00:00Z');
  await rollAll();
  for (const { id } of schedules) {
    const starts = await startsOf(id);
    assert.equal(new Set(starts).size, starts.length);
    const fresh = await expectedStarts(id);
    assert.deepEqual(
      starts.filter((at) => at > '2026-04-02T12:00:00.000Z'),
      fresh,
    );
  }
  clock.set(start);
});

/** What the same schedule has when it is made anew at this moment. */
async function expectedStarts(scheduleId: string): Promise<string[]> {
  const { rows } = await pool.query<{ time_zone: string }>('SELECT time_zone FROM schedules WHERE id = $1', [
    scheduleId,
  ]);
  const twin = await create(
    newDoctor().token,
    weeklyInput({
      timeZone: rows[0]?.time_zone ?? '',
      startTime: '00:00',
      endTime: '23:30',
      slotMinutes: 30,
    }),
  );
  return startsOf(twin.id);
}

test('a schedule that ended, is inactive, deleted or of one date is left alone', async () => {
  const doctor = newDoctor();
  const ended = await create(doctor.token, weeklyInput({ validUntil: '2026-03-20' }));
  const off = await create(newDoctor().token, weeklyInput({ active: false }));
  const once = await create(newDoctor().token, dateInput());
  const owner = newDoctor();
  const gone = await create(owner.token, weeklyInput());
  await expect(204, owner.token, 'DELETE', `/schedules/${gone.id}`);
  clock.set('2026-03-15T12:00:00Z');
  const rolled = await rollAll();
  clock.set(start);
  for (const { id } of [ended, off, once, gone]) assert.ok(!rolled.includes(id));
  assert.equal((await startsOf(ended.id)).at(-1), '2026-03-18T12:30:00.000Z');
});

test('a schedule that starts far ahead has its first 90 days at once', async () => {
  const doctor = newDoctor();
  const { id } = await create(doctor.token, weeklyInput({ validFrom: '2027-01-01' }));
  const starts = await startsOf(id);
  assert.equal(starts[0], '2027-01-04T11:00:00.000Z');
  assert.ok((starts.at(-1) ?? '') > '2027-03-30');
});

/** A one-off slot in a weekly schedule's way, as schedules made before these were compared to their ends may have. */
async function oneOffInTheWay(doctorId: string, startsAt: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `WITH schedule AS (
      INSERT INTO schedules (doctor_id, kind, active, time_zone, slot_minutes, date, times, materialized_until)
      VALUES ($1, 'date', true, 'America/Sao_Paulo', 30, $2::timestamptz::date, '{08:15}', $2::timestamptz::date + 1)
      RETURNING id, doctor_id
    ), slot AS (
      INSERT INTO slots (schedule_id, doctor_id, starts_at, ends_at)
      SELECT id, doctor_id, $2::timestamptz, $2::timestamptz + interval '30 minutes' FROM schedule
    ) SELECT id FROM schedule`,
    [doctorId, startsAt],
  );
  return rows[0]?.id ?? '';
}
const skippedFrom = async (scheduleId: string) => {
  const { rows } = await pool.query<{ skipped_from: string | null }>(
    'SELECT skipped_from FROM schedules WHERE id = $1',
    [scheduleId],
  );
  return rows[0]?.skipped_from;
};
const onThirdOfAugust = async (scheduleId: string) =>
  (await startsOf(scheduleId)).filter((at) => at.startsWith('2026-08-03')).map((at) => at.slice(11, 16));

test('where another slot is in the way it stays, the others are made, and the roll comes back when it is gone', async () => {
  const doctor = newDoctor();
  const weekly = await create(doctor.token, weeklyInput({ weekdays: ['monday'] }));
  const once = await oneOffInTheWay(doctor.id, '2026-08-03T11:15:00Z');
  clock.set('2026-06-01T12:00:00Z');
  await rollAll();
  assert.deepEqual(await onThirdOfAugust(weekly.id), ['12:00', '12:30']);
  assert.deepEqual(await startsOf(once), ['2026-08-03T11:15:00.000Z']);
  assert.equal(await skippedFrom(weekly.id), '2026-08-02');
  // Not by a change of a schedule, but as a slot goes with its appointment.
  await pool.query('UPDATE slots SET withdrawn_at = now() WHERE schedule_id = $1', [once]);
  await rollAll();
  assert.deepEqual(await onThirdOfAugust(weekly.id), ['11:00', '11:30', '12:00', '12:30']);
  assert.equal(await skippedFrom(weekly.id), null);
  clock.set(start);
});

test('a one-off in the way that is deleted 100 days later leaves no hole, from that moment on', async () => {
  const doctor = newDoctor();
  const weekly = await create(doctor.token, weeklyInput({ weekdays: ['monday'] }));
  const once = await oneOffInTheWay(doctor.id, '2026-08-03T11:15:00Z');
  clock.set('2026-06-10T12:00:00Z');
  await rollAll();
  assert.deepEqual(await onThirdOfAugust(weekly.id), ['12:00', '12:30']);
  await expect(204, doctor.token, 'DELETE', `/schedules/${once}`);
  assert.deepEqual(await onThirdOfAugust(weekly.id), ['11:00', '11:30', '12:00', '12:30']);
  clock.set(start);
});

test('a night shift rolls on without a hole and without a slot twice', async () => {
  const input = weeklyInput({
    weekdays: ['saturday', 'sunday', 'monday'],
    startTime: '19:00',
    endTime: '07:00',
    slotMinutes: 60,
  });
  const rolled = await create(newDoctor().token, input);
  for (let day = 2; day < 40; day += 1) {
    clock.set(start);
    clock.advance({ hours: 24 * day });
    await rollAll();
  }
  const anew = await create(newDoctor().token, input);
  const coming = (await startsOf(rolled.id)).filter((at) => Date.parse(at) > clock.now().epochMilliseconds);
  assert.deepEqual(coming, await startsOf(anew.id));
  assert.equal(await skippedFrom(rolled.id), null);
  clock.set(start);
});

test('replicas that roll at once make each slot once', async () => {
  const { id } = await create(newDoctor().token, weeklyInput());
  clock.set('2026-03-20T12:00:00Z');
  await Promise.all(Array.from({ length: 6 }, rollAll));
  const starts = await startsOf(id);
  clock.set(start);
  assert.equal(new Set(starts).size, starts.length);
  assert.ok((starts.at(-1) ?? '') > '2026-06-15');
});

test('the work begins when the service starts', async () => {
  const { id } = await create(newDoctor().token, weeklyInput());
  const before = await startsOf(id);
  clock.set('2026-03-30T12:00:00Z');
  await service.service.start();
  await until(
    () => startsOf(id),
    (starts) => starts.length > before.length,
  );
  await service.service.stop();
  clock.set(start);
});
