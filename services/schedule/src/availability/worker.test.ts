import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { NextAvailable, Topic } from '@consulta/contracts';
import type { Bus } from '@consulta/platform/messaging';
import { dateInput, startTestService, until } from '../../testing/harness.ts';

const running = await startTestService({ now: '2026-03-02T12:00:00Z', withBus: true });
after(() => running.stop());

test('a booking and its release reach the user service as changes of the first slot', async () => {
  const tellings = collect(running.bus, 'next_available_changed');
  await running.service.start();
  const doctor = running.newDoctor();
  const first = async () => {
    const ids = [doctor.id];
    const found = await running.ask<NextAvailable>('POST', '/internal/doctors/next-available', { ids });
    return found.doctors[0]?.nextAvailableAt;
  };
  const told = (times: number) =>
    until(
      async () => tellings.count(doctor.id),
      (count) => count === times,
    );
  await running.expect(201, doctor.token, 'POST', '/schedules', dateInput());
  await told(1);
  const { rows } = await running.database.pool.query<{ id: string }>(
    'SELECT id FROM slots ORDER BY starts_at',
  );
  const appointmentId = crypto.randomUUID();
  await running.ask('POST', '/internal/claims', { claims: [{ appointmentId, slotId: rows[0]?.id }] });
  await told(2);
  assert.equal(await first(), '2026-03-10T13:00:00.000Z');
  await running.bus.publish('claim_released', [{ id: crypto.randomUUID(), key: appointmentId }]);
  await told(3);
  assert.equal(await first(), '2026-03-10T12:00:00.000Z');
  await tellings.stop();
});

/** Counts a topic's messages by key. */
function collect(bus: Bus, topic: Topic) {
  const counts = new Map<string, number>();
  const subscription = bus.subscribe(topic, { batchMax: 100 }, async (messages) => {
    for (const { key } of messages) counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  return { count: (key: string) => counts.get(key) ?? 0, stop: subscription.stop };
}
