import { randomUUIDv7 } from 'node:crypto';
import { platformMigrations } from '@consulta/platform';
import { createTestDatabase, type TestDatabase } from '@consulta/platform/testing';
import { appointmentMigrations } from '../app.ts';
import { acceptor, newAppointmentId } from '../booking/accept.ts';

/** An AppointmentDB of one's own. */
export const appointmentDatabase = (): Promise<TestDatabase> =>
  createTestDatabase([platformMigrations, appointmentMigrations]);

export type RequestFacts = {
  slotId?: string;
  doctorId?: string;
  patientId?: string;
  startsAt?: string;
  minutes?: number;
};

/** Stores a request as the service does and answers its id. */
export async function storeRequest(database: TestDatabase, facts: RequestFacts = {}): Promise<string> {
  const startsAt = Temporal.Instant.from(facts.startsAt ?? '2031-03-10T12:00:00Z');
  const id = newAppointmentId();
  await acceptor(database.pool, () => {})(id, {
    slot: {
      id: facts.slotId ?? randomUUIDv7(),
      scheduleId: randomUUIDv7(),
      doctorId: facts.doctorId ?? randomUUIDv7(),
      startsAt: startsAt.toString(),
      endsAt: startsAt.add({ minutes: facts.minutes ?? 30 }).toString(),
      timeZone: 'America/Sao_Paulo',
    },
    patientId: facts.patientId ?? randomUUIDv7(),
    mode: 'in_person',
    note: null,
    replacesId: null,
    key: undefined,
  });
  return id;
}
