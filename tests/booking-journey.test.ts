import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Appointment, DoctorSummary, HistoryEntry, OpenSlot, Schedule } from '@consulta/contracts';
import { followEvents } from './support/event-stream.ts';
import { eventually } from './support/eventually.ts';
import {
  address,
  daysAhead,
  doctorInput,
  join,
  patientInput,
  publishSlots,
  signIn,
} from './support/people.ts';
import { startSystem } from './support/system.ts';

const system = await startSystem();
const { api } = system;
after(() => system.stop());

type Page<T> = { items: T[]; nextCursor: string | null };

test('a patient in São Paulo books a doctor in Rio Branco, the doctor confirms, the patient cancels', async (t) => {
  const zone = 'America/Rio_Branco';
  const doctorAnswers = doctorInput(
    {
      fullName: 'Íris Conceição Nogueira',
      address: { ...address, city: 'Rio Branco', state: 'AC', postalCode: '69900062' },
    },
    { crm: { number: '4321', state: 'AC' }, specialties: ['Cardiologia'] },
  );
  const doctor = await join(api, doctorAnswers);
  const decoy = await join(api, doctorInput({}, { specialties: ['Dermatologia'] }));
  const inCity = await join(api, doctorInput({ fullName: 'Otávio Reis' }, { specialties: ['cardiologia'] }));
  const patient = await join(api, patientInput());

  await t.test('all three ways to sign in lead to the same account', async () => {
    for (const identifier of [doctorAnswers.email.toUpperCase(), doctorAnswers.cpf, '4321-AC']) {
      const { accessToken } = await signIn(api, identifier);
      const me = await api.expect<{ id: string }>(200, 'GET', '/users/me', { token: accessToken });
      assert.equal(me.id, doctor.id);
    }
  });

  const excepted = daysAhead(7, zone);
  const weekday = Temporal.PlainDate.from(excepted)
    .toLocaleString('en-US', { weekday: 'long' })
    .toLowerCase();
  const schedule = await api.expect<Schedule>(201, 'POST', '/schedules', {
    token: doctor.token,
    body: {
      kind: 'weekly',
      weekdays: [weekday],
      startTime: '17:00',
      endTime: '21:00',
      slotMinutes: 60,
      timeZone: zone,
      validFrom: daysAhead(0, zone),
      exceptDates: [excepted],
    },
  });
  await api.expect(201, 'POST', '/schedules', {
    token: inCity.token,
    body: {
      kind: 'date',
      date: daysAhead(5),
      times: ['10:00'],
      slotMinutes: 30,
      timeZone: 'America/Sao_Paulo',
    },
  });

  const slotsOf = async (id: string) => {
    const query = `from=${new Date().toISOString()}&to=${daysAhead(29)}T00:00:00Z&limit=100`;
    return (
      await api.expect<Page<OpenSlot>>(200, 'GET', `/doctors/${id}/slots?${query}`, { token: patient.token })
    ).items;
  };

  await t.test(
    'the excepted date offers nothing and the others fall on both sides of midnight UTC',
    async () => {
      const slots = await slotsOf(doctor.id);
      assert.ok(schedule.slots.open >= 12 * 4, `${schedule.slots.open} slots lie ahead`);
      const local = slots.map(({ startsAt }) => Temporal.Instant.from(startsAt).toZonedDateTimeISO(zone));
      assert.ok(local.every((at) => at.toPlainDate().toString() !== excepted));
      assert.deepEqual([...new Set(local.map((at) => at.hour))].sort(), [17, 18, 19, 20]);
      // Rio Branco is five hours behind: 17:00 is 22:00 UTC of the same day, 20:00 is 01:00 UTC of the next.
      const first = local.find((at) => at.hour === 20);
      assert.equal(first?.toInstant().toString().slice(11, 16), '01:00');
      assert.equal(
        first?.toInstant().toString().slice(0, 10),
        first?.toPlainDate().add({ days: 1 }).toString(),
      );
    },
  );

  await t.test('search ignores case and accents and finds who fits', async () => {
    // Other doctors may be there as well.
    const made = new Set([doctor.id, decoy.id, inCity.id]);
    const own = (found: DoctorSummary[]) => found.map(({ id }) => id).filter((id) => made.has(id));
    const found = await eventually(async () => {
      const query = new URLSearchParams({ city: 'sao paulo', specialty: 'CARDIOLOGIA', limit: '100' });
      const { items } = await api.expect<Page<DoctorSummary>>(200, 'GET', `/doctors?${query}`, {
        token: patient.token,
      });
      const next = items.find(({ id }) => id === inCity.id)?.nextAvailableAt;
      assert.ok(next, 'the next free time has reached the directory');
      return items;
    });
    assert.deepEqual(own(found), [inCity.id]);
    const byName = await api.expect<Page<DoctorSummary>>(200, 'GET', '/doctors?name=conceicao&limit=100', {
      token: patient.token,
    });
    assert.deepEqual(own(byName.items), [doctor.id]);
  });

  const stream = await followEvents(api.url, patient.token);
  const [firstSlot, secondSlot] = await slotsOf(doctor.id);
  assert.ok(firstSlot && secondSlot);

  const booked = await api.call<Appointment>('POST', '/appointments', {
    token: patient.token,
    body: { slotId: firstSlot.id, note: 'Dor no peito ao subir escadas' },
    headers: { prefer: 'wait=10' },
  });
  assert.equal(booked.status, 201);
  assert.equal(booked.body.status, 'awaiting_confirmation');
  assert.equal(booked.body.doctor.fullName, 'Íris Conceição Nogueira');
  assert.equal(booked.body.timeZone, zone);
  assert.equal(booked.headers.get('location'), `/api/v1/appointments/${booked.body.id}`);

  const asked = await api.expect<Appointment>(202, 'POST', '/appointments', {
    token: patient.token,
    body: { slotId: secondSlot.id },
  });
  assert.equal(asked.status, 'requested');
  await stream.until(({ data }) => data.includes(asked.id) && data.includes('awaiting_confirmation'));

  const { id } = booked.body;
  const confirmed = await api.expect<Appointment>(200, 'POST', `/appointments/${id}/confirm`, {
    token: doctor.token,
  });
  assert.equal(confirmed.status, 'confirmed');
  const event = await stream.until(({ data }) => data.includes(id) && data.includes('"confirmed"'));
  assert.equal(event.event, 'appointment');

  await t.test('a stream that resumes gets what it missed and nothing twice', async () => {
    await stream.close();
    const cancelled = await api.expect<Appointment>(200, 'POST', `/appointments/${id}/cancel`, {
      token: patient.token,
      body: { reason: 'Viagem' },
    });
    assert.deepEqual(
      [cancelled.status, cancelled.cancelledBy, cancelled.statusReason],
      ['cancelled', 'patient', 'Viagem'],
    );
    const resumed = await followEvents(api.url, patient.token, event.id);
    await resumed.until(({ data }) => data.includes(id) && data.includes('cancelled'));
    assert.equal(resumed.events.length, 1);
    await resumed.close();
  });

  await eventually(async () =>
    assert.ok((await slotsOf(doctor.id)).some((slot) => slot.id === firstSlot.id)),
  );
  const history = await api.expect<Page<HistoryEntry>>(200, 'GET', `/appointments/${id}/history`, {
    token: doctor.token,
  });
  assert.deepEqual(
    history.items.map(({ status, by }) => [status, by]),
    [
      ['requested', 'patient'],
      ['awaiting_confirmation', 'system'],
      ['confirmed', 'doctor'],
      ['cancelled', 'patient'],
    ],
  );
  const listed = await api.expect<Page<Appointment>>(
    200,
    'GET',
    '/appointments?status=awaiting_confirmation',
    {
      token: doctor.token,
    },
  );
  assert.deepEqual(
    listed.items.map((each) => each.id),
    [asked.id],
  );
});

test('a consultation runs its course, and steps out of order are refused', async () => {
  const doctor = await join(api, doctorInput());
  const patient = await join(api, patientInput());
  const [slot, other] = await publishSlots(api, doctor, ['09:00', '10:00']);
  const book = (slotId = '') =>
    api.expect<Appointment>(201, 'POST', '/appointments', {
      token: patient.token,
      body: { slotId },
      headers: { prefer: 'wait=10' },
    });
  const { id } = await book(slot?.id);
  const step = (name: string, status: number, body?: unknown, token = doctor.token) =>
    api.expect<{ status: unknown; code: string }>(status, 'POST', `/appointments/${id}/${name}`, {
      token,
      body,
    });

  assert.equal((await step('start', 409)).code, 'invalid_transition');
  await step('confirm', 200);
  assert.equal((await step('confirm', 409)).code, 'invalid_transition');
  assert.equal((await step('decline', 409, { reason: 'Agenda' })).code, 'invalid_transition');
  await step('start', 200);
  assert.equal((await step('cancel', 409, { reason: 'Tarde' }, patient.token)).code, 'invalid_transition');
  assert.equal((await step('conclude', 200)).status, 'concluded');

  const declined = await book(other?.id);
  await api.expect(200, 'POST', `/appointments/${declined.id}/decline`, {
    token: doctor.token,
    body: { reason: 'Férias' },
  });
  const read = await api.expect<Appointment>(200, 'GET', `/appointments/${declined.id}`, {
    token: patient.token,
  });
  assert.deepEqual([read.status, read.statusReason], ['declined', 'Férias']);
});

test('the same key and body make one appointment; another body is refused', async () => {
  const doctor = await join(api, doctorInput());
  const patient = await join(api, patientInput());
  const [slot, other] = await publishSlots(api, doctor, ['14:00', '15:00']);
  const ask = (slotId = '', key = '') =>
    api.call<Appointment & { code: string }>('POST', '/appointments', {
      token: patient.token,
      body: { slotId },
      headers: { 'idempotency-key': key },
    });
  const first = await ask(slot?.id, 'pedido-1');
  const again = await ask(slot?.id, 'pedido-1');
  assert.deepEqual([first.status, again.status, again.body.id], [202, 202, first.body.id]);
  const reused = await ask(other?.id, 'pedido-1');
  assert.deepEqual([reused.status, reused.body.code], [422, 'idempotency_key_reused']);

  const rivals = await Promise.all(Array.from({ length: 20 }, () => ask(other?.id, 'pedido-2')));
  const made = new Set(rivals.filter(({ status }) => status === 202).map(({ body }) => body.id));
  assert.equal(made.size, 1);
  assert.ok(rivals.every(({ status }) => status === 202 || status === 409));
});
