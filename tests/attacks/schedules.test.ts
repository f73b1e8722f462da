import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Schedule, type SchedulePreview, type WeeklyScheduleInput, weekdays } from '@consulta/contracts';
import { startTarget, whileAttacking } from '../support/attack.ts';
import { databaseOf, type Refusal } from '../support/consultations.ts';
import { daysAhead, doctorInput, join, type Person } from '../support/people.ts';

const target = await startTarget();
const { api } = target;
const schedules = await databaseOf(target.folder, 'schedules');
after(async () => {
  await schedules.end();
  await target.stop();
});

const datesFrom = (first: string, count: number) =>
  Array.from({ length: count }, (_, day) => Temporal.PlainDate.from(first).add({ days: day }).toString());

/** As many slots as the schema lets a schedule have, and as many exceptions. */
const largest = (more: Partial<WeeklyScheduleInput> = {}) => ({
  kind: 'weekly',
  weekdays: [...weekdays],
  startTime: '00:00',
  endTime: '23:59',
  slotMinutes: 5,
  timeZone: 'America/Sao_Paulo',
  validFrom: daysAhead(1),
  exceptDates: datesFrom('2190-01-01', 366),
  ...more,
});
const call = <T = Schedule & Refusal>(by: Person, method: string, path: string, body?: unknown) =>
  api.call<T>(method, path, { token: by.token, ...(body === undefined ? {} : { body }) });
const preview = (by: Person, body: unknown) =>
  call<SchedulePreview & Refusal>(by, 'POST', '/schedules/preview', body);

test('schedules of the largest size, moved by centuries and back, hold nobody up', async () => {
  const doctor = await join(api, doctorInput());
  const attack = async () => {
    const { body, status } = await call(doctor, 'POST', '/schedules', largest());
    const path = `/schedules/${body.id}`;
    const moved = await call(doctor, 'PUT', path, largest({ validFrom: '2199-08-01' }));
    // What lies between is no reason to make it.
    const back = await call(doctor, 'PUT', path, largest({ slotMinutes: 480 }));
    return [status, moved.status, back.status];
  };
  const name = 'a schedule of 26,000 slots, moved to 2199 and back';
  assert.deepEqual((await whileAttacking(target, name, attack)).outcome, [201, 200, 200]);
});

test('previews of the largest size, all in conflict, hold nobody up', async () => {
  const doctor = await join(api, doctorInput());
  assert.equal((await call(doctor, 'POST', '/schedules', largest())).status, 201);
  const attack = () =>
    Promise.all(Array.from({ length: 10 }, () => preview(doctor, largest({ slotMinutes: 6 }))));
  const { outcome } = await whileAttacking(
    target,
    'ten previews of 22,000 slots that overlap 26,000',
    attack,
  );
  for (const { status, body } of outcome) {
    assert.deepEqual([status, body.conflicts.length], [200, 100]);
    assert.ok(body.slots.length > 20_000);
  }
});

test('many schedules that are compared for centuries, clocks changed twice a year, hold nobody up', async () => {
  const doctor = await join(api, doctorInput());
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  // Side by side about the hours at which clocks are changed, and nowhere in each other's way.
  const shift = (number: number, more: Partial<WeeklyScheduleInput> = {}) =>
    largest({
      startTime: clock(10 * number),
      endTime: clock(10 * number + 10),
      timeZone: 'America/New_York',
      ...more,
    });
  for (let made = 0; made < 30; made += 1) {
    assert.equal((await call(doctor, 'POST', '/schedules', shift(made))).status, 201);
  }
  const attack = () => Promise.all(Array.from({ length: 5 }, () => preview(doctor, shift(30))));
  const { outcome } = await whileAttacking(target, 'previews against 30 schedules up to 2199', attack);
  for (const { status, body } of outcome) assert.deepEqual([status, body.conflicts.length], [200, 0]);
});

test('a doctor cannot fill the disk with slots made and withdrawn', async () => {
  const doctor = await join(api, doctorInput());
  const makeAndWithdraw = async () => {
    for (let round = 0; round < 10; round += 1) {
      const made = await call(doctor, 'POST', '/schedules', largest());
      if (made.status !== 201) return made;
      assert.equal((await call(doctor, 'DELETE', `/schedules/${made.body.id}`)).status, 204);
    }
    return undefined;
  };
  const { outcome } = await whileAttacking(
    target,
    'slots made and withdrawn again and again',
    makeAndWithdraw,
  );
  assert.deepEqual([outcome?.status, outcome?.body.code], [429, 'rate_limited']);
  const { rows } = await schedules.query('SELECT count(*)::int AS count FROM slots WHERE doctor_id = $1', [
    doctor.id,
  ]);
  assert.ok(rows[0].count <= 60_000);
});
