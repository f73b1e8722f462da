import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { OpenSlot, Schedule, ScheduleSlot } from '@consulta/contracts';
import { patientToken, startTestService, weeklyInput } from '../../testing/harness.ts';

const service = await startTestService({ now: '2026-03-02T12:00:00Z' });
after(() => service.stop());
const { request, expect, newDoctor, clock } = service;
type Page<T> = { items: T[]; nextCursor: string | null };

const doctor = newDoctor();
const schedule = await expect<Schedule>(201, doctor.token, 'POST', '/schedules', weeklyInput());
const path = `/doctors/${doctor.id}/slots`;
const patient = patientToken();

async function all<T>(token: string, url: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: Page<T> = await expect(200, token, 'GET', `${url}${more}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}
const startsOf = (slots: { startsAt: string }[]) => slots.map(({ startsAt }) => startsAt);

test('by default the open slots of the next 30 days come, in order, page by page, each once', async () => {
  const slots = await all<OpenSlot>(patient, `${path}?limit=7`);
  assert.equal(slots[0]?.startsAt, '2026-03-02T12:30:00.000Z');
  assert.equal(slots.at(-1)?.startsAt, '2026-04-01T11:30:00.000Z');
  assert.deepEqual(startsOf(slots), [...new Set(startsOf(slots))].sort());
  assert.equal(slots.length, 1 + 8 * 4 + 2);
});

test('a span counts its first instant and not its last, in whatever offset it is written', async () => {
  const span = `?limit=100&from=${encodeURIComponent('2026-03-09T08:00:00-03:00')}&to=2026-03-09T12:00:00Z`;
  assert.deepEqual(startsOf(await all<OpenSlot>(patient, path + span)), [
    '2026-03-09T11:00:00.000Z',
    '2026-03-09T11:30:00.000Z',
  ]);
});

test('what is past is never offered', async () => {
  const [first] = await all<OpenSlot>(patient, `${path}?from=2020-01-01T00:00:00Z&to=2026-03-10T00:00:00Z`);
  assert.equal(first?.startsAt, '2026-03-02T12:30:00.000Z');
  assert.deepEqual(await all(patient, `${path}?to=2026-03-01T00:00:00Z&from=2026-02-01T00:00:00Z`), []);
});

test('instants that are none, spans that end before they begin and made-up cursors are refused', async () => {
  for (const [query, pointer] of [
    ['?from=yesterday', '/from'],
    ['?to=2026-03-09', '/to'],
    ['?from=2026-03-09T00:00:00Z&to=2026-03-08T00:00:00Z', '/to'],
    ['?from=2026-03-09T00:00:00.000000002Z&to=2026-03-09T00:00:00.000000001Z', '/to'],
    ['?from=0001-01-01T00:00:00Z&to=0000-01-01T00:00:00Z', '/to'],
    ['?from=9999-12-31T00:00:00Z&to=9999-12-30T00:00:00Z', '/to'],
    ['?limit=101', '/limit'],
    ['?cursor=eyJhIjoxfQ', '/cursor'],
    ['?page=2', '/page'],
  ] as const) {
    for (const [token, url] of [
      [patient, path],
      [doctor.token, `/schedules/${schedule.id}/slots`],
    ] as const) {
      const refused = await request(token, 'GET', url + query);
      assert.equal(refused.status, 400, query);
      assert.ok(
        refused.body.errors?.some((error) => error.pointer === pointer),
        query,
      );
    }
  }
});

test('years far away are no trouble', async () => {
  for (const instant of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) {
    await expect(200, patient, 'GET', `${path}?from=${instant}`);
    await expect(200, doctor.token, 'GET', `/schedules/${schedule.id}/slots?from=${instant}`);
  }
});

test('a doctor whom nobody knows has no slots to list, and one without any has none', async () => {
  const slotsOf = (id: string) => request(patient, 'GET', `/doctors/${id}/slots`);
  const somebody = crypto.randomUUID();
  service.user.patients.add(somebody);
  for (const id of [crypto.randomUUID(), somebody]) {
    const { status, body } = await slotsOf(id);
    assert.deepEqual([status, body.code], [404, 'not_found']);
  }
  for (const bookable of [true, false]) {
    const { status, body } = await slotsOf(newDoctor(bookable).id);
    assert.deepEqual([status, body], [200, { items: [], nextCursor: null }]);
  }
  assert.equal((await slotsOf(doctor.id.toUpperCase())).status, 200);
});

test('a doctor met before has a list while the user service cannot be reached', async () => {
  const suspended = newDoctor(false);
  await expect(201, suspended.token, 'POST', '/schedules', weeklyInput());
  service.user.state.reachable = false;
  assert.equal((await request(patient, 'GET', `/doctors/${suspended.id}/slots`)).status, 200);
  assert.equal((await request(patient, 'GET', `/doctors/${crypto.randomUUID()}/slots`)).status, 503);
  service.user.state.reachable = true;
});

test("a doctor sees a schedule's past slots too", async () => {
  clock.set('2026-03-03T12:00:00Z');
  const slots = await all<ScheduleSlot>(doctor.token, `/schedules/${schedule.id}/slots?limit=100`);
  const { slots: counts } = await expect<Schedule>(200, doctor.token, 'GET', `/schedules/${schedule.id}`);
  clock.set('2026-03-02T12:00:00Z');
  assert.equal(slots[0]?.startsAt, '2026-03-02T12:30:00.000Z');
  assert.equal(counts.open, slots.length - 1);
});
