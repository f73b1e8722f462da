import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type DoctorDetails, slotCalls } from '@consulta/contracts';
import { createLog } from '@consulta/platform/process';
import { answering, serviceDouble } from '@consulta/platform/testing';
import { aDoctor, aPatient, startHarness } from '../../testing/harness.ts';
import { startNextAvailableSweep } from './next-available.ts';
import { readClock } from './queries.ts';
import { storeNextAvailable } from './store-next-available.ts';

/** What the schedule service knows, and what it was asked. */
const firstSlots = new Map<string, string | null>();
const asked: string[][] = [];
let waiting: ((ids: string[]) => void) | undefined;
const schedule = serviceDouble(
  answering(slotCalls.nextAvailable, ({ ids }) => {
    asked.push(ids);
    waiting?.(ids);
    return {
      doctors: ids.map((doctorId) => ({ doctorId, nextAvailableAt: firstSlots.get(doctorId) ?? null })),
    };
  }),
);
const { call, deliver, pool, register, service, signIn, stop } = await startHarness({ schedule });
after(stop);
await service.start();

const patient = aPatient();
await register(patient);
const { accessToken: token } = await signIn(patient.email, patient.password);
const known = async (id: string) =>
  (await call<DoctorDetails>('GET', `/doctors/${id}`, { token })).body.nextAvailableAt;

test('a change that the schedule service announces is asked about and found by searches', async () => {
  const { id } = await register(aDoctor());
  assert.equal(await known(id), null);
  firstSlots.set(id, '2999-01-02T03:04:05.000Z');
  await deliver('next_available_changed', [id, id]);
  assert.equal(await known(id), '2999-01-02T03:04:05.000Z');
  assert.ok(asked.some((ids) => ids.length === 1 && ids[0] === id));
  const query = 'availableBefore=2999-01-03T00:00:00Z';
  const { body } = await call<{ items: { id: string }[] }>('GET', `/doctors?${query}`, { token });
  assert.deepEqual(
    body.items.map((item) => item.id),
    [id],
  );
  firstSlots.delete(id);
  await deliver('next_available_changed', [id]);
  assert.equal(await known(id), null);
});

test('an answer to an older question never replaces one to a newer', async () => {
  const { id: doctorId } = await register(aDoctor());
  const older = await readClock(pool);
  const newer = await readClock(pool);
  await storeNextAvailable(pool, [{ doctorId, nextAvailableAt: '2999-02-01T00:00:00.000Z' }], newer);
  await storeNextAvailable(pool, [{ doctorId, nextAvailableAt: '2999-01-01T00:00:00.000Z' }], older);
  assert.equal(await known(doctorId), '2999-02-01T00:00:00.000Z');
});

test('the sweep asks about doctors whose time has passed or who have none, and about no others', async () => {
  const [passed, none, free] = [
    await register(aDoctor()),
    await register(aDoctor()),
    await register(aDoctor()),
  ];
  const now = await readClock(pool);
  const at = (doctorId: string, nextAvailableAt: string) => ({ doctorId, nextAvailableAt });
  const times = [at(passed.id, '2020-01-01T00:00:00.000Z'), at(free.id, '2999-01-01T00:00:00.000Z')];
  await storeNextAvailable(pool, times, now);
  firstSlots.set(passed.id, '2999-05-01T00:00:00.000Z');

  const { promise, resolve } = Promise.withResolvers<string[]>();
  waiting = resolve;
  const sweep = startNextAvailableSweep({ pool, schedule, log: createLog('silent') });
  const ids = await promise;
  await sweep.stop();
  assert.ok(ids.includes(passed.id) && ids.includes(none.id) && !ids.includes(free.id));
  assert.equal(await known(passed.id), '2999-05-01T00:00:00.000Z');
});
