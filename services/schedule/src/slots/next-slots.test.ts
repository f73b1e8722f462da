import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { NextSlots } from '@consulta/contracts';
import { startTestService, weeklyInput } from '../../testing/harness.ts';

const service = await startTestService({ now: '2026-03-02T12:00:00Z' });
after(() => service.stop());
const { request, expect, newDoctor } = service;

const nextOf = (query: string) =>
  expect<{ items: NextSlots[] }>(200, undefined, 'GET', `/slots/next?doctorIds=${query}`);
const startsOf = ({ items }: { items: NextSlots[] }) =>
  items.map(({ doctorId, slots }) => [doctorId, slots.map(({ startsAt }) => startsAt)]);

const [doctor, other, idle, suspended] = [newDoctor(), newDoctor(), newDoctor(), newDoctor(false)];
for (const each of [doctor, other, suspended]) {
  await expect(201, each.token, 'POST', '/schedules', weeklyInput());
}
await expect(200, other.token, 'PUT', '/users/me/booking-settings', {
  ...{ autoConfirm: true, confirmWithinHours: null, minCancelNoticeMinutes: 60 },
  minBookingNoticeMinutes: 24 * 60,
});
await expect(200, idle.token, 'PUT', '/users/me/booking-settings', { confirmWithinHours: 2 });

test('anyone reads the first open slots of several doctors in one call, in the order asked for', async () => {
  const first = await nextOf(`${other.id},${doctor.id}`);
  assert.deepEqual(startsOf(first), [
    [other.id, ['2026-03-04T11:00:00.000Z', '2026-03-04T11:30:00.000Z', '2026-03-04T12:00:00.000Z']],
    [doctor.id, ['2026-03-02T12:30:00.000Z', '2026-03-04T11:00:00.000Z', '2026-03-04T11:30:00.000Z']],
  ]);
  const [slot] = first.items[1]?.slots ?? [];
  const { items } = await expect<{ items: unknown[] }>(
    200,
    undefined,
    'GET',
    `/doctors/${doctor.id}/slots?limit=1`,
  );
  assert.deepEqual(items, [slot]);
  assert.deepEqual(Object.keys(slot ?? {}).sort(), ['endsAt', 'id', 'scheduleId', 'startsAt', 'timeZone']);
  assert.equal(slot?.timeZone, 'America/Sao_Paulo');
});

test('each comes with how a booking is confirmed and until when it can be cancelled', async () => {
  const { items } = await nextOf(`${doctor.id},${other.id}`);
  assert.deepEqual(
    items.map(({ booking }) => booking),
    [
      { confirmation: 'manual', confirmWithinHours: 24, minCancelNoticeMinutes: 0 },
      { confirmation: 'automatic', confirmWithinHours: null, minCancelNoticeMinutes: 60 },
    ],
  );
});

test('who cannot be booked or is unknown is absent; who has no slot says so', async () => {
  const { items } = await nextOf(`${suspended.id},${crypto.randomUUID()},${idle.id}`);
  assert.deepEqual(items, [
    {
      doctorId: idle.id,
      slots: [],
      booking: { confirmation: 'manual', confirmWithinHours: 2, minCancelNoticeMinutes: 0 },
    },
  ]);
});

test('slots begin with an instant, never before now, and are as many as asked for', async () => {
  const at = (from: string) => nextOf(`${doctor.id}&limit=1&from=${from}`);
  assert.deepEqual(startsOf(await at('2026-03-09T11:30:00Z')), [[doctor.id, ['2026-03-09T11:30:00.000Z']]]);
  assert.deepEqual(startsOf(await at('2020-01-01T00:00:00Z')), [[doctor.id, ['2026-03-02T12:30:00.000Z']]]);
  assert.deepEqual(startsOf(await at('9999-12-31T23:59:59Z')), [[doctor.id, []]]);
  assert.equal((await nextOf(`${doctor.id}&limit=6`)).items[0]?.slots.length, 6);
});

test('an id in capitals or named twice is one doctor', async () => {
  const { items } = await nextOf(`${doctor.id.toUpperCase()},${doctor.id}&doctorIds=${doctor.id}`);
  assert.deepEqual(
    items.map(({ doctorId }) => doctorId),
    [doctor.id],
  );
});

test('more than 20 doctors, none, what is no id, and limits beyond six are refused by the name of the parameter', async () => {
  const many = Array.from({ length: 21 }, () => crypto.randomUUID()).join(',');
  for (const [query, pointer, code] of [
    [`?doctorIds=${many}`, '/doctorIds', 'too_many'],
    ['', '/doctorIds', 'required'],
    ['?doctorIds=', '/doctorIds', 'format'],
    [`?doctorIds=${doctor.id},`, '/doctorIds', 'format'],
    ['?doctorIds=x', '/doctorIds', 'format'],
    [`?doctorIds=${doctor.id}&limit=7`, '/limit', 'too_large'],
    [`?doctorIds=${doctor.id}&limit=0`, '/limit', 'too_small'],
    [`?doctorIds=${doctor.id}&from=yesterday`, '/from', 'format'],
    [`?doctorIds=${doctor.id}&cursor=WzFd`, '/cursor', 'unknown_field'],
  ] as const) {
    const { status, body } = await request(undefined, 'GET', `/slots/next${query}`);
    const [first] = body.errors ?? [];
    assert.deepEqual([status, first?.pointer, first?.code], [400, pointer, code], query);
  }
  assert.deepEqual((await nextOf(many.split(',').slice(1).join(','))).items, []);
});
