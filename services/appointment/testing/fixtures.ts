import { randomUUIDv7 } from 'node:crypto';
import { platformMigrations } from '@consulta/platform/database';
import { createTestDatabase, type TestDatabase } from '@consulta/platform/testing';
import { type QueryExecutorProvider, sql } from 'kysely';
import { type Recorded, readRecording } from '../src/audit/record.ts';
import { acceptor, newAppointmentId } from '../src/booking/accept.ts';
import { appointmentMigrations } from '../src/migrations.ts';

/** An AppointmentDB of one's own. */
export const appointmentDatabase = (): Promise<TestDatabase> =>
  createTestDatabase([platformMigrations, appointmentMigrations]);

export type RequestFacts = {
  slotId?: string;
  doctorId?: string;
  patientId?: string;
  startsAt?: string;
  minutes?: number;
  timeZone?: string;
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
      timeZone: facts.timeZone ?? 'America/Sao_Paulo',
    },
    patientId: facts.patientId ?? randomUUIDv7(),
    mode: 'in_person',
    note: null,
    replacesId: null,
    key: undefined,
  });
  return id;
}

/** Records that somebody read a page which showed notes of these appointments. */
export async function recordPage(
  db: QueryExecutorProvider,
  actor: Recorded,
  shown: { appointmentId: string; patientId: string }[],
): Promise<void> {
  const ids = shown.map(({ appointmentId }) => appointmentId);
  const patients = shown.map(({ patientId }) => patientId);
  const found = sql`SELECT id AS resource_id, id AS appointment_id, patient_id
    FROM unnest(${ids}::uuid[], ${patients}::uuid[]) AS given (id, patient_id)`;
  const parts = { found, touched: sql`SELECT * FROM found`, answer: sql`SELECT` };
  await readRecording(db, actor, { action: 'read', kind: 'note' }, parts);
}
