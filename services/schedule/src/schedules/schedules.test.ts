import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { OpenSlot, Schedule, SchedulePreview, ScheduleSlot } from '@consulta/contracts';
import { dateInput, patientToken, startTestService, weeklyInput } from '../../testing/harness.ts';

// Monday, 2 March 2026, 9:00 in São Paulo.
const service = await startTestService({ now: '2026-03-02T12:00:00Z' });
after(() => service.stop());
const { request, expect, ask, newDoctor } = service;
type Page<T> = { items: T[]; nextCursor: string | null };

const create = (token: string, input: object = dateInput()) =>
  expect<Schedule>(201, token, 'POST', '/schedules', input);
const slotsOf = async (token: string, id: string) =>
  (await expect<Page<ScheduleSlot>>(200, token, 'GET', `/schedules/${id}/slots?limit=100`)).items;
const openSlots = async (doctorId: string, query = '') =>
  (await expect<Page<OpenSlot>>(200, patientToken(), 'GET', `/doctors/${doctorId}/slots?limit=100${query}`))
    .items;
const claim = (slotId: string, appointmentId = crypto.randomUUID()) =>
  ask('POST', '/internal/claims', { claims: [{ appointmentId, slotId }] }).then(() => appointmentId);
const first = <T>(items: T[]): T => {
  const [item] = items;
  assert.ok(item);
  return item;
};

test('a date schedule makes its slots before it is answered, in the order of time', async () => {
  const doctor = newDoctor();
  const schedule = await create(doctor.token, dateInput({ times: ['10:00', '09:00'] }));
  assert.equal(schedule.doctorId, doctor.id);
  assert.equal(schedule.active, true);
  assert.ok(schedule.kind === 'date');
  assert.deepEqual(schedule.times, ['10:00', '09:00']);
  assert.deepEqual(schedule.slots, { open: 2, taken: 0 });
  assert.ok(!('weekdays' in schedule));
  const slots = await slotsOf(doctor.token, schedule.id);
  assert.deepEqual(
    slots.map(({ startsAt, endsAt, status }) => [startsAt, endsAt, status]),
    [
      ['2026-03-10T12:00:00.000Z', '2026-03-10T12:30:00.000Z', 'open'],
      ['2026-03-10T13:00:00.000Z', '2026-03-10T13:30:00.000Z', 'open'],
    ],
  );
  assert.deepEqual(
    (await openSlots(doctor.id)).map(({ id, scheduleId }) => [id, scheduleId]),
    slots.map(({ id }) => [id, schedule.id]),
  );
});

test('a weekly schedule makes slots for the next 90 days, without those already past', async () => {
  const doctor = newDoctor();
  const schedule = await create(doctor.token, weeklyInput({ exceptDates: ['2026-03-04'] }));
  const all: ScheduleSlot[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const path: string = `/schedules/${schedule.id}/slots?limit=100${cursor && `&cursor=${cursor}`}`;
    const page: Page<ScheduleSlot> = await expect(200, doctor.token, 'GET', path);
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  assert.deepEqual(
    all.slice(0, 3).map(({ startsAt }) => startsAt),
    ['2026-03-02T12:30:00.000Z', '2026-03-09T11:00:00.000Z', '2026-03-09T11:30:00.000Z'],
  );
  assert.ok((all.at(-1)?.startsAt ?? '') >= '2026-05-27');
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  assert.equal(schedule.slots.open, all.length);
});

test('evening slots of a western zone fall on the next date of UTC', async () => {
  const doctor = newDoctor();
  await create(doctor.token, dateInput({ timeZone: 'America/Rio_Branco', times: ['18:30', '19:30'] }));
  assert.deepEqual(
    (await openSlots(doctor.id)).map(({ startsAt }) => startsAt),
    ['2026-03-10T23:30:00.000Z', '2026-03-11T00:30:00.000Z'],
  );
});

const refusals: [name: string, input: object, pointer: string][] = [
  ['a date that is past', dateInput({ date: '2026-03-01' }), '/date'],
  ['times of today that are past', dateInput({ date: '2026-03-02', times: ['08:59'] }), '/times'],
  ['a zone that does not exist', dateInput({ timeZone: 'America/Atlantis' }), '/timeZone'],
  ['an offset for a zone', dateInput({ timeZone: '-03:00' }), '/timeZone'],
  ['times closer than a slot', dateInput({ times: ['09:00', '09:29'] }), '/times'],
  ['a date that is none', dateInput({ date: '2026-02-30' }), '/date'],
  ['a date beyond all plans', dateInput({ date: '9999-12-31' }), '/date'],
  ['a date before all records', weeklyInput({ validFrom: '0000-01-01' }), '/validFrom'],
  ['a weekly schedule that ended', weeklyInput({ validUntil: '2026-03-01' }), '/validUntil'],
  [
    'a weekly schedule without a day in its span',
    weeklyInput({ validUntil: '2026-03-02', weekdays: ['sunday'] }),
    '/validUntil',
  ],
  [
    'an end before the beginning',
    weeklyInput({ validFrom: '2026-05-02', validUntil: '2026-05-01' }),
    '/validUntil',
  ],
  ['a window that ends when it starts', weeklyInput({ startTime: '10:00', endTime: '10:00' }), '/endTime'],
  ['an end after midnight of a day', weeklyInput({ endTime: '24:01' }), '/endTime'],
  ['a start at the end of the day', weeklyInput({ startTime: '24:00' }), '/startTime'],
  ['a window shorter than a slot', weeklyInput({ slotMinutes: 121 }), '/slotMinutes'],
  ['an unknown field', { ...dateInput(), doctorId: crypto.randomUUID() }, '/doctorId'],
  ['a missing field', { ...dateInput(), times: undefined }, '/times'],
  ['an unknown kind', { ...dateInput(), kind: 'monthly' }, '/kind'],
];
for (const [name, input, pointer] of refusals) {
  test(`${name} is refused, at creating, previewing and changing alike`, async () => {
    const doctor = newDoctor();
    const { id } = await create(doctor.token);
    for (const [method, path] of [
      ['POST', '/schedules'],
      ['POST', '/schedules/preview'],
      ['PUT', `/schedules/${id}`],
    ] as const) {
      const { status, body } = await request(doctor.token, method, path, input);
      assert.equal(status, 400);
      assert.equal(body.code, 'bad_request');
      assert.ok(
        body.errors?.some((error) => error.pointer === pointer),
        JSON.stringify(body.errors),
      );
    }
    assert.equal((await expect<Page<Schedule>>(200, doctor.token, 'GET', '/schedules')).items.length, 1);
  });
}

test('a schedule that overlaps another of the doctor is refused whole, whatever schedule it is', async () => {
  const doctor = newDoctor();
  await create(doctor.token);
  const overlapping = dateInput({ times: ['11:00', '09:15'] });
  const refused = await request(doctor.token, 'POST', '/schedules', overlapping);
  assert.equal(refused.status, 409);
  assert.equal(refused.body.code, 'schedule_overlaps');
  assert.equal((await openSlots(doctor.id)).length, 2);
  await create(newDoctor().token, overlapping);
});

test('a schedule that only touches another is no conflict', async () => {
  const doctor = newDoctor();
  await create(doctor.token);
  await create(doctor.token, dateInput({ times: ['09:30', '10:30'] }));
  assert.equal((await openSlots(doctor.id)).length, 4);
});

test('a date beyond the slots made so far is checked against the weekly schedules that will reach it', async () => {
  const doctor = newDoctor();
  const weekly = await create(doctor.token, weeklyInput());
  const farMonday = dateInput({ date: '2026-11-02', times: ['08:15'] });
  assert.equal((await request(doctor.token, 'POST', '/schedules', farMonday)).body.code, 'schedule_overlaps');
  const preview = await expect<SchedulePreview>(200, doctor.token, 'POST', '/schedules/preview', farMonday);
  assert.deepEqual(
    preview.conflicts.map(({ scheduleId, startsAt }) => [scheduleId, startsAt]),
    [
      [weekly.id, '2026-11-02T11:00:00.000Z'],
      [weekly.id, '2026-11-02T11:30:00.000Z'],
    ],
  );
  await create(doctor.token, dateInput({ date: '2026-11-02', times: ['10:00'] }));
});

/** Pairs that meet only beyond the slots made ahead, 90 days from March. */
const farPairs: [name: string, one: object, other: object][] = [
  ['a weekly and a date', weeklyInput(), dateInput({ date: '2026-11-02', times: ['08:15'] })],
  ['a weekly and one that begins later', weeklyInput(), weeklyInput({ validFrom: '2027-02-01' })],
  [
    'two weeklies, one off until autumn',
    weeklyInput({ weekdays: ['monday'] }),
    weeklyInput({ weekdays: ['monday'], startTime: '09:00', exceptDates: mondaysUntil('2026-09-01') }),
  ],
  [
    'a night shift and a morning of two zones, once a clock is changed',
    weeklyInput({ weekdays: ['sunday'], startTime: '19:00', endTime: '07:00' }),
    weeklyInput({
      weekdays: ['monday'],
      startTime: '10:00',
      endTime: '12:00',
      timeZone: 'Europe/Lisbon',
      validFrom: '2026-04-01',
    }),
  ],
];

function mondaysUntil(date: string): string[] {
  const dates: string[] = [];
  for (let day = Temporal.PlainDate.from('2026-03-02'); String(day) < date; day = day.add({ weeks: 1 })) {
    dates.push(day.toString());
  }
  return dates;
}

for (const [name, one, other] of farPairs) {
  test(`${name} that meet only far ahead: refused in either order, and the preview says so`, async () => {
    for (const [first, second] of [
      [one, other],
      [other, one],
    ]) {
      const doctor = newDoctor();
      const { id } = await create(doctor.token, first);
      const preview = await expect<SchedulePreview>(200, doctor.token, 'POST', '/schedules/preview', second);
      assert.equal(preview.conflicts[0]?.scheduleId, id);
      const refused = await request(doctor.token, 'POST', '/schedules', second);
      assert.deepEqual([refused.status, refused.body.code], [409, 'schedule_overlaps']);
      // Nor by way of a change.
      const away = { ...second, active: false };
      const { id: secondId } = await create(doctor.token, away);
      const changed = await request(doctor.token, 'PUT', `/schedules/${secondId}`, second);
      assert.deepEqual([changed.status, changed.body.code], [409, 'schedule_overlaps']);
    }
  });
}

test('a night shift ends the next morning, is shown as it was entered, and is in the way of that morning', async () => {
  const doctor = newDoctor();
  const input = weeklyInput({
    weekdays: ['friday'],
    startTime: '19:00',
    endTime: '07:00',
    slotMinutes: 60,
    validFrom: '2026-03-06',
    validUntil: '2026-03-06',
  });
  const preview = await expect<SchedulePreview>(200, doctor.token, 'POST', '/schedules/preview', input);
  const schedule = await create(doctor.token, input);
  assert.ok(schedule.kind === 'weekly');
  assert.deepEqual([schedule.startTime, schedule.endTime, schedule.slots.open], ['19:00', '07:00', 12]);
  const slots = await slotsOf(doctor.token, schedule.id);
  assert.deepEqual(
    slots.map(({ startsAt, endsAt }) => ({ startsAt, endsAt })),
    preview.slots,
  );
  assert.equal(slots[0]?.startsAt, '2026-03-06T22:00:00.000Z');
  assert.equal(slots.at(-1)?.endsAt, '2026-03-07T10:00:00.000Z');
  const morning = dateInput({ date: '2026-03-07', times: ['06:30', '07:00'] });
  assert.equal((await request(doctor.token, 'POST', '/schedules', morning)).body.code, 'schedule_overlaps');
  await create(doctor.token, { ...morning, times: ['07:00'] });
  // A change that keeps them keeps their ids.
  await expect(200, doctor.token, 'PUT', `/schedules/${schedule.id}`, input);
  assert.deepEqual(await slotsOf(doctor.token, schedule.id), slots);
});

test('a window may end at midnight, and 23:59 loses no slot', async () => {
  for (const endTime of ['24:00', '23:59']) {
    const doctor = newDoctor();
    const input = weeklyInput({ startTime: '22:00', endTime, validUntil: '2026-03-02' });
    const schedule = await create(doctor.token, input);
    assert.ok(schedule.kind === 'weekly');
    assert.deepEqual([schedule.endTime, schedule.slots.open], [endTime, 4]);
    const last = (await slotsOf(doctor.token, schedule.id)).at(-1);
    assert.equal(last?.endsAt, '2026-03-03T03:00:00.000Z');
  }
});

test('links between zones are names too', async () => {
  for (const timeZone of ['GB', 'NZ', 'Brazil/East']) {
    const schedule = await create(newDoctor().token, dateInput({ timeZone }));
    assert.equal(schedule.timeZone, timeZone);
  }
});

test('a preview shows the slots and what stands in their way, and keeps nothing', async () => {
  const doctor = newDoctor();
  const { id } = await create(doctor.token);
  const input = dateInput({ times: ['09:15', '11:00'] });
  const preview = await expect<SchedulePreview>(200, doctor.token, 'POST', '/schedules/preview', input);
  assert.deepEqual(preview.slots, [
    { startsAt: '2026-03-10T12:15:00.000Z', endsAt: '2026-03-10T12:45:00.000Z' },
    { startsAt: '2026-03-10T14:00:00.000Z', endsAt: '2026-03-10T14:30:00.000Z' },
  ]);
  assert.deepEqual(preview.conflicts, [
    { scheduleId: id, startsAt: '2026-03-10T12:00:00.000Z', endsAt: '2026-03-10T12:30:00.000Z' },
  ]);
  assert.equal((await openSlots(doctor.id)).length, 2);
});

test('the same idempotency key makes one schedule, also when its times are past by then', async () => {
  const doctor = newDoctor();
  const headers = { 'idempotency-key': 'k-1' };
  const input = dateInput({ date: '2026-03-02', times: ['09:30'] });
  const made = await request<Schedule>(doctor.token, 'POST', '/schedules', input, headers);
  assert.equal(made.status, 201);
  service.clock.advance({ hours: 1 });
  const repeated = await request<Schedule>(doctor.token, 'POST', '/schedules', input, headers);
  service.clock.set('2026-03-02T12:00:00Z');
  assert.equal(repeated.status, 201);
  assert.equal(repeated.body.id, made.body.id);
  assert.equal(repeated.headers.location, `/api/v1/schedules/${made.body.id}`);
  const other = await request(doctor.token, 'POST', '/schedules', dateInput(), headers);
  assert.equal(other.body.code, 'idempotency_key_reused');
  const concurrent = await Promise.all(
    Array.from({ length: 5 }, () =>
      request<Schedule>(doctor.token, 'POST', '/schedules', dateInput(), { 'idempotency-key': 'k-2' }),
    ),
  );
  const ids = concurrent.filter(({ status }) => status === 201).map(({ body }) => body.id);
  assert.equal(new Set(ids).size, 1);
  assert.ok(concurrent.every(({ status }) => status === 201 || status === 409));
});

test('overlapping schedules sent at once: one is kept', async () => {
  const doctor = newDoctor();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      request(doctor.token, 'POST', '/schedules', dateInput({ times: [`09:${10 + i}`, `12:${10 + i}`] })),
    ),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal(answers.filter(({ body }) => body.code === 'schedule_overlaps').length, 9);
});

test('nobody but their doctor finds schedules', async () => {
  const doctor = newDoctor();
  const { id } = await create(doctor.token);
  const other = newDoctor().token;
  for (const [method, path, body] of [
    ['GET', `/schedules/${id}`, undefined],
    ['GET', `/schedules/${id}/slots`, undefined],
    ['PUT', `/schedules/${id}`, dateInput()],
    ['DELETE', `/schedules/${id}`, undefined],
  ] as const) {
    const { status, body: problem } = await request(other, method, path, body);
    assert.equal(status, 404);
    assert.equal(problem.code, 'not_found');
    assert.equal((await request(patientToken(), method, path, body)).status, 403);
    assert.equal((await request(undefined, method, path, body)).status, 401);
  }
  assert.deepEqual((await expect<Page<Schedule>>(200, other, 'GET', '/schedules')).items, []);
});

test('schedules are listed newest first, page by page', async () => {
  const doctor = newDoctor();
  const made: string[] = [];
  for (const times of [['09:00'], ['10:00'], ['11:00']]) {
    made.unshift((await create(doctor.token, dateInput({ times }))).id);
  }
  const one = await expect<Page<Schedule>>(200, doctor.token, 'GET', '/schedules?limit=2');
  const two = await expect<Page<Schedule>>(
    200,
    doctor.token,
    'GET',
    `/schedules?limit=2&cursor=${one.nextCursor}`,
  );
  assert.deepEqual(
    [...one.items, ...two.items].map(({ id }) => id),
    made,
  );
  assert.equal(two.nextCursor, null);
  assert.deepEqual(one.items[0]?.slots, { open: 1, taken: 0 });
  assert.equal((await request(doctor.token, 'GET', '/schedules?cursor=abc')).status, 400);
});

test('a slot that did not change keeps its id', async () => {
  const doctor = newDoctor();
  const schedule = await create(doctor.token, dateInput({ times: ['09:00', '10:00'] }));
  const before = await slotsOf(doctor.token, schedule.id);
  const changed = await expect<Schedule>(
    200,
    doctor.token,
    'PUT',
    `/schedules/${schedule.id}`,
    dateInput({ times: ['10:00', '11:00'] }),
  );
  assert.deepEqual(changed.slots, { open: 2, taken: 0 });
  const now = await slotsOf(doctor.token, schedule.id);
  assert.equal(now[0]?.id, before[1]?.id);
  assert.equal(now[1]?.startsAt, '2026-03-10T14:00:00.000Z');
  const { slots } = await ask<{ slots: { id: string }[] }>('POST', '/internal/slots/lookup', {
    ids: [before[0]?.id, crypto.randomUUID()],
  });
  assert.deepEqual(slots, [
    {
      id: before[0]?.id,
      scheduleId: schedule.id,
      doctorId: doctor.id,
      startsAt: '2026-03-10T12:00:00.000Z',
      endsAt: '2026-03-10T12:30:00.000Z',
      timeZone: 'America/Sao_Paulo',
    },
  ]);
});

test('a schedule may become one of the other kind; the slots both make keep their ids', async () => {
  const doctor = newDoctor();
  const { id } = await create(doctor.token, dateInput({ date: '2026-08-12', times: ['08:00', '20:00'] }));
  const kept = first(await slotsOf(doctor.token, id));
  await claim(kept.id);
  // Beyond the 90 days for which a new schedule would make slots.
  await expect(200, doctor.token, 'PUT', `/schedules/${id}`, weeklyInput());
  const august = await expect<Page<ScheduleSlot>>(
    200,
    doctor.token,
    'GET',
    `/schedules/${id}/slots?from=2026-08-12T00:00:00Z&to=2026-08-13T00:00:00Z`,
  );
  assert.deepEqual(
    august.items.map(({ id, status }) => [id, status]),
    [[kept.id, 'taken']],
  );
});

type DateSchedule = Extract<Schedule, { kind: 'date' }>;

test('a change on a stale version is refused, and changes nothing', async () => {
  const doctor = newDoctor();
  const made = await request<Schedule>(doctor.token, 'POST', '/schedules', dateInput());
  const path = `/schedules/${made.body.id}`;
  const read = await request<Schedule>(doctor.token, 'GET', path);
  assert.equal(read.headers.etag, made.headers.etag);
  const headers = { 'if-match': String(read.headers.etag) };
  const change = dateInput({ times: ['15:00'] });
  const changed = await request<Schedule>(doctor.token, 'PUT', path, change, headers);
  assert.equal(changed.status, 200);
  assert.notEqual(changed.headers.etag, read.headers.etag);
  const stale = await request(doctor.token, 'PUT', path, dateInput({ times: ['16:00'] }), headers);
  assert.equal(stale.status, 412);
  assert.equal(stale.body.code, 'stale_version');
  const staleDelete = await request(doctor.token, 'DELETE', path, undefined, headers);
  assert.equal(staleDelete.status, 412);
  assert.deepEqual((await expect<DateSchedule>(200, doctor.token, 'GET', path)).times, ['15:00']);
  const anyOf = { 'if-match': `"other", ${changed.headers.etag}` };
  assert.equal((await request(doctor.token, 'PUT', path, change, anyOf)).status, 200);
  assert.equal((await request(doctor.token, 'PUT', path, change, { 'if-match': '*' })).status, 200);
});

test('a schedule that is as it was is answered 304; one of whose slots was taken meanwhile is read anew', async () => {
  const doctor = newDoctor();
  const { id } = await create(doctor.token);
  const path = `/schedules/${id}`;
  const read = await request<Schedule>(doctor.token, 'GET', path);
  const seen = { 'if-none-match': String(read.headers.etag) };
  assert.equal((await request(doctor.token, 'GET', path, undefined, seen)).status, 304);
  await claim(first(await slotsOf(doctor.token, id)).id);
  const again = await request<Schedule>(doctor.token, 'GET', path, undefined, seen);
  assert.deepEqual([again.status, again.body.slots.taken], [200, 1]);
  const change = await request(doctor.token, 'PUT', path, dateInput(), { 'if-match': seen['if-none-match'] });
  assert.equal(change.status, 200);
});

test('a change that would make a taken slot vanish is refused and names its appointment', async () => {
  const doctor = newDoctor();
  const { id } = await create(doctor.token);
  const slot = first(await slotsOf(doctor.token, id));
  const appointmentId = await claim(slot.id);
  const vanishing = dateInput({ times: ['10:00', '11:00'] });
  for (const [method, body] of [
    ['PUT', vanishing],
    ['PUT', { ...vanishing, active: false }],
    ['DELETE', undefined],
  ] as const) {
    const refused = await request<{ code: string; appointmentIds: string[] }>(
      doctor.token,
      method,
      `/schedules/${id}`,
      body,
    );
    assert.equal(refused.status, 409);
    assert.equal(refused.body.code, 'schedule_has_appointments');
    assert.deepEqual(refused.body.appointmentIds, [appointmentId]);
  }
  assert.deepEqual(
    (await slotsOf(doctor.token, id)).map(({ status }) => status),
    ['taken', 'open'],
  );
  await expect(200, doctor.token, 'PUT', `/schedules/${id}`, dateInput({ times: ['09:00'] }));
});

test('a change that overlaps another schedule is refused, and the schedule stays as it was', async () => {
  const doctor = newDoctor();
  const { id } = await create(doctor.token);
  await create(doctor.token, dateInput({ times: ['15:00'] }));
  const before = await slotsOf(doctor.token, id);
  const refused = await request(
    doctor.token,
    'PUT',
    `/schedules/${id}`,
    dateInput({ times: ['09:00', '14:45'] }),
  );
  assert.equal(refused.body.code, 'schedule_overlaps');
  assert.deepEqual(await slotsOf(doctor.token, id), before);
});

test('an inactive schedule offers nothing; what is taken stays, and becoming active makes the rest again', async () => {
  const doctor = newDoctor();
  const schedule = await create(doctor.token, dateInput({ active: false }));
  const path = `/schedules/${schedule.id}`;
  assert.deepEqual(schedule.slots, { open: 0, taken: 0 });
  assert.deepEqual(await openSlots(doctor.id), []);
  await expect(200, doctor.token, 'PUT', path, dateInput());
  const [taken, open] = await slotsOf(doctor.token, schedule.id);
  assert.ok(taken && open);
  const appointmentId = await claim(taken.id);
  const off = await expect<Schedule>(200, doctor.token, 'PUT', path, dateInput({ active: false }));
  assert.deepEqual(off.slots, { open: 0, taken: 1 });
  assert.deepEqual(
    (await slotsOf(doctor.token, schedule.id)).map(({ id }) => id),
    [taken.id],
  );
  await ask('POST', '/internal/claims/release', { appointmentIds: [appointmentId] });
  assert.deepEqual(await openSlots(doctor.id), []);
  assert.deepEqual(await slotsOf(doctor.token, schedule.id), []);
  const late = await ask<{ slots: { refusal: string }[] }>('POST', '/internal/claims', {
    claims: [{ appointmentId: crypto.randomUUID(), slotId: taken.id }],
  });
  assert.equal(late.slots[0]?.refusal, 'slot_withdrawn');
  const on = await expect<Schedule>(200, doctor.token, 'PUT', path, dateInput());
  assert.deepEqual(on.slots, { open: 2, taken: 0 });
  const again = await slotsOf(doctor.token, schedule.id);
  assert.ok(again.every(({ id }) => id !== taken.id && id !== open.id));
});

test("an inactive schedule's slot goes with its claim, and the times are free for another schedule", async () => {
  const doctor = newDoctor();
  const { id } = await create(doctor.token);
  const taken = first(await slotsOf(doctor.token, id));
  const appointmentId = await claim(taken.id);
  await expect(200, doctor.token, 'PUT', `/schedules/${id}`, dateInput({ active: false }));
  assert.equal(
    (await request(doctor.token, 'POST', '/schedules', dateInput())).body.code,
    'schedule_overlaps',
  );
  await ask('POST', '/internal/claims/release', { appointmentIds: [appointmentId] });
  const preview = await expect<SchedulePreview>(200, doctor.token, 'POST', '/schedules/preview', dateInput());
  assert.deepEqual(preview.conflicts, []);
  await create(doctor.token);
});

test('a release while the schedule becomes inactive leaves no slot behind, whichever is first', async () => {
  for (let round = 0; round < 15; round += 1) {
    const doctor = newDoctor();
    const { id } = await create(doctor.token);
    const appointmentId = await claim(first(await slotsOf(doctor.token, id)).id);
    const [changed] = await Promise.all([
      request(doctor.token, 'PUT', `/schedules/${id}`, dateInput({ active: false })),
      ask('POST', '/internal/claims/release', { appointmentIds: [appointmentId] }),
    ]);
    assert.equal(changed.status, 200);
    await create(doctor.token);
  }
});

test('a deleted schedule is gone, and its times are free for another', async () => {
  const doctor = newDoctor();
  const { id } = await create(doctor.token);
  const gone = first(await slotsOf(doctor.token, id));
  const answer = await request(doctor.token, 'DELETE', `/schedules/${id}`);
  assert.equal(answer.status, 204);
  assert.equal(answer.body, null);
  assert.equal((await request(doctor.token, 'GET', `/schedules/${id}`)).status, 404);
  assert.equal((await request(doctor.token, 'DELETE', `/schedules/${id}`)).status, 404);
  assert.deepEqual(await openSlots(doctor.id), []);
  const { slots } = await ask<{ slots: object[] }>('POST', '/internal/slots/lookup', { ids: [gone.id] });
  assert.equal(slots.length, 1);
  await create(doctor.token);
});

test('a consultation that has begun does not stand in the way of a change, nor is anything offered meanwhile', async () => {
  const doctor = newDoctor();
  const today = { date: '2026-03-02', slotMinutes: 60 };
  const { id } = await create(doctor.token, dateInput({ ...today, times: ['09:30', '10:30'] }));
  await claim(first(await slotsOf(doctor.token, id)).id);
  service.clock.advance({ minutes: 40 });
  const change = dateInput({ ...today, times: ['09:45', '10:15', '10:45'], slotMinutes: 30 });
  await expect(200, doctor.token, 'PUT', `/schedules/${id}`, change);
  const offered = (await openSlots(doctor.id)).map(({ startsAt }) => startsAt);
  await expect(204, doctor.token, 'DELETE', `/schedules/${id}`);
  service.clock.set('2026-03-02T12:00:00Z');
  assert.deepEqual(offered, ['2026-03-02T13:45:00.000Z']);
});
