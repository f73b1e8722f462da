import assert from 'node:assert/strict';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import type { AcquaintedDoctor, AcquaintedPatient, Appointment, Figures } from '@consulta/contracts';
import { openPool } from '@consulta/platform/database';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';
import { eventually } from './support/eventually.ts';
import {
  address,
  daysAhead,
  doctorInput,
  join,
  type Person,
  patientInput,
  publishSlots,
} from './support/people.ts';
import { startSystem } from './support/system.ts';

const system = await startSystem();
const { api } = system;
const appointments = openPool({
  url: await runningDatabaseUrl(joinPath(system.folder, 'postgres'), 'appointments'),
  connectionsMax: 2,
});
after(async () => {
  await appointments.end();
  await system.stop();
});

type Page<T> = { items: T[]; nextCursor: string | null };

const book = (patient: Person, slotId = '') =>
  api.expect<Appointment>(201, 'POST', '/appointments', {
    token: patient.token,
    body: { slotId },
    headers: { prefer: 'wait=10' },
  });

const step = (by: Person, id: string, name: string, body?: unknown) =>
  api.expect<Appointment>(200, 'POST', `/appointments/${id}/${name}`, { token: by.token, body });

/** Lets an appointment have taken place some days ago. */
async function moveBack(id: string, days: number): Promise<string> {
  for (const table of ['booking_requests', 'appointments']) {
    await appointments.query(
      `UPDATE ${table} SET starts_at = starts_at - make_interval(days => $2),
         ends_at = ends_at - make_interval(days => $2) WHERE id = $1`,
      [id, days],
    );
  }
  const { rows } = await appointments.query<{ starts_at: Date }>(
    'SELECT starts_at FROM appointments WHERE id = $1',
    [id],
  );
  return rows[0]?.starts_at.toISOString() ?? assert.fail();
}

const times = ['08:00', '09:00', '10:00', '11:00', '12:00'];

test('a patient sees the doctors they had and have appointments with, the latest first, page by page', async () => {
  const patient = await join(api, patientInput());
  const [seen, next, declining, never] = await Promise.all([
    join(api, doctorInput({ fullName: 'Vista Ontem' })),
    join(api, doctorInput({ fullName: 'Vista Depois' })),
    join(api, doctorInput()),
    join(api, doctorInput()),
  ]);
  const slots = {
    seen: await publishSlots(api, seen, times),
    next: await publishSlots(api, next, times, { date: daysAhead(4) }),
    declining: await publishSlots(api, declining, times, { date: daysAhead(5) }),
  };
  assert.ok(never);
  const past = await moveBack((await book(patient, slots.seen[0]?.id)).id, 10);
  await moveBack((await book(patient, slots.seen[1]?.id)).id, 20);
  const [soon, later] = [await book(patient, slots.next[0]?.id), await book(patient, slots.next[1]?.id)];
  const declined = await book(patient, slots.declining[0]?.id);
  await step(declining, declined.id, 'decline', { reason: 'Férias' });
  await step(patient, later.id, 'cancel', { reason: 'Viagem' });

  const { items } = await api.expect<Page<AcquaintedDoctor>>(200, 'GET', '/users/me/doctors', {
    token: patient.token,
  });
  assert.deepEqual(
    items.map(({ doctor, lastAppointmentAt, nextAppointmentAt }) => [
      doctor.id,
      doctor.fullName,
      lastAppointmentAt,
      nextAppointmentAt,
    ]),
    [
      [next.id, 'Vista Depois', null, soon.startsAt],
      [seen.id, 'Vista Ontem', past, null],
    ],
  );
  assert.deepEqual(items[0]?.doctor.address?.city, address.city);
  assert.deepEqual(items[0]?.doctor.specialties, ['Cardiologia']);

  const first = await api.expect<Page<AcquaintedDoctor>>(200, 'GET', '/users/me/doctors?limit=1', {
    token: patient.token,
  });
  const second = await api.expect<Page<AcquaintedDoctor>>(
    200,
    'GET',
    `/users/me/doctors?limit=1&cursor=${first.nextCursor}`,
    { token: patient.token },
  );
  assert.deepEqual([...first.items, ...second.items], items);
  assert.equal(second.nextCursor, null);
});

test('a doctor sees their patients with how to reach them, and nobody else’s', async () => {
  const doctor = await join(api, doctorInput());
  const elsewhere = await join(api, doctorInput());
  const patient = await join(
    api,
    patientInput({ fullName: 'José Alves', socialName: 'Josefa Alves', phone: '+5563981654141' }),
  );
  const [slot] = await publishSlots(api, doctor, times);
  const booked = await book(patient, slot?.id);
  const list = (by: Person) =>
    api.expect<Page<AcquaintedPatient>>(200, 'GET', '/users/me/patients', { token: by.token });
  assert.deepEqual((await list(doctor)).items, [
    {
      patient: {
        id: patient.id,
        fullName: 'José Alves',
        socialName: 'Josefa Alves',
        birthDate: '1990-04-12',
        phone: '+5563981654141',
      },
      lastAppointmentAt: null,
      nextAppointmentAt: booked.startsAt,
    },
  ]);
  assert.deepEqual((await list(elsewhere)).items, []);

  const changed = { phone: '+5511911112222', socialName: null };
  await api.expect(200, 'PATCH', '/users/me', { token: patient.token, body: changed });
  const [again] = (await list(doctor)).items;
  assert.deepEqual([again?.patient.phone, again?.patient.socialName], ['+5511911112222', null]);
});

test('a doctor’s figures tell each week’s appointments by status, the no-show rate and the ratings', async () => {
  const doctor = await join(api, doctorInput());
  const patient = await join(api, patientInput());
  // Whole weeks back from one date keep everything in one week, whatever today is.
  const slots = await publishSlots(api, doctor, times, { date: daysAhead(14) });
  const ids: string[] = [];
  for (const { id } of slots) ids.push((await book(patient, id)).id);
  const [missed, held, heldToo, cancelled, ahead] = ids;
  for (const id of [missed, held, heldToo]) await step(doctor, id ?? '', 'confirm');
  for (const id of [held, heldToo]) {
    await step(doctor, id ?? '', 'start');
    await step(doctor, id ?? '', 'conclude');
  }
  await step(patient, cancelled ?? '', 'cancel', { reason: 'Viagem' });
  for (const id of [missed, held, heldToo, cancelled]) await moveBack(id ?? '', 28);
  await step(doctor, missed ?? '', 'no-show');
  for (const [id, rating] of [
    [held, 5],
    [heldToo, 4],
  ] as const) {
    await api.expect(202, 'POST', `/appointments/${id}/feedbacks`, {
      token: patient.token,
      body: { rating },
    });
  }

  const read = (query = '') =>
    api.expect<Figures>(200, 'GET', `/users/me/figures${query}`, { token: doctor.token });
  const mondayOf = (date: string) => {
    const day = Temporal.PlainDate.from(date);
    return day.subtract({ days: day.dayOfWeek - 1 }).toString();
  };
  const figures = await read();
  assert.equal(figures.weeks.length, 12);
  assert.deepEqual(
    [figures.from, figures.weeks.at(-1)?.weekStart],
    [figures.weeks[0]?.weekStart, mondayOf(daysAhead(0))],
  );
  const week = figures.weeks.find(({ weekStart }) => weekStart === mondayOf(daysAhead(-14)));
  assert.deepEqual(
    [week?.byStatus.concluded, week?.byStatus.no_show, week?.byStatus.cancelled, week?.byStatus.confirmed],
    [2, 1, 1, 0],
  );
  assert.equal(week?.noShowRate, 1 / 3);
  assert.deepEqual(figures.total.byStatus.awaiting_confirmation, 0);
  assert.equal(figures.weeks.filter(({ noShowRate }) => noShowRate === null).length, 11);

  await eventually(async () => {
    const { weeks, total } = await read();
    assert.deepEqual(weeks.at(-1)?.rating, { average: 4.5, count: 2 });
    assert.deepEqual(total.rating, { average: 4.5, count: 2 });
  });
  const future = await read(`?from=${daysAhead(0)}T12:00:00Z&to=${daysAhead(14)}`);
  assert.equal(future.total.byStatus.awaiting_confirmation, 1);
  assert.ok(ahead);

  for (const query of [
    `?from=2024-01-01&to=2026-12-01`,
    '?from=2026-02-01&to=2026-01-01',
    '?from=2026-02-30',
  ]) {
    const refused = await api.call('GET', `/users/me/figures${query}`, { token: doctor.token });
    assert.deepEqual([refused.status, refused.body.code], [400, 'bad_request']);
  }
  const years = await read('?from=2024-01-01&to=2025-12-31');
  assert.ok(years.weeks.length <= 106 && years.weeks.length >= 104);
});

test('a patient has at most ten requests undecided or unconfirmed, exactly, and a reschedule is none more', async () => {
  const limited = await startSystem({ RATE_LIMITS: 'on' });
  try {
    const doctor = await join(limited.api, doctorInput());
    const patient = await join(limited.api, patientInput());
    const hours = Array.from({ length: 14 }, (_, i) => `${String(7 + i).padStart(2, '0')}:00`);
    const slots = await publishSlots(limited.api, doctor, hours);
    const ask = (slotId = '', key?: string) =>
      limited.api.call<Appointment & { code: string }>('POST', '/appointments', {
        token: patient.token,
        body: { slotId },
        headers: { prefer: 'wait=10', ...(key ? { 'idempotency-key': key } : {}) },
      });
    const first = await ask(slots[0]?.id, 'primeiro');
    assert.equal(first.status, 201);
    const answers = await Promise.all(slots.slice(1, 13).map(({ id }) => ask(id)));
    const refused = answers.filter(({ status }) => status === 409);
    assert.deepEqual([...new Set(refused.map(({ body }) => body.code))], ['too_many_requests_open']);
    assert.equal(answers.filter(({ status }) => status === 201).length, 9);

    const repeated = await ask(slots[0]?.id, 'primeiro');
    assert.deepEqual([repeated.status, repeated.body.id], [201, first.body.id]);
    const moved = await limited.api.call<Appointment>('POST', `/appointments/${first.body.id}/reschedule`, {
      token: patient.token,
      body: { slotId: slots[13]?.id },
      headers: { prefer: 'wait=10' },
    });
    assert.equal(moved.status, 201);
    assert.equal((await ask(slots[0]?.id)).body.code, 'too_many_requests_open');
    await limited.api.expect(200, 'POST', `/appointments/${moved.body.id}/confirm`, { token: doctor.token });
    assert.equal((await ask(slots[0]?.id)).status, 201);
  } finally {
    await limited.stop();
  }
});
