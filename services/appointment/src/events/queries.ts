import type { AppointmentStatus } from '@consulta/contracts';
import type { Caller } from '@consulta/platform/auth';
import { type Kysely, type Selectable, sql } from 'kysely';
import { ownerColumn } from '../appointments/own.ts';
import type { AppointmentTables, EventStreamTable } from '../tables.ts';

type Db = Kysely<AppointmentTables>;
type EventRow = Selectable<EventStreamTable>;

/** One numbered event of the live stream, with the two people who may see it. */
export type StreamedEvent = {
  streamId: number;
  appointmentId: string;
  patientId: string;
  doctorId: string;
  status: AppointmentStatus;
  at: string;
};

const streamedEvent = (row: EventRow): StreamedEvent => ({
  streamId: row.stream_id,
  appointmentId: row.appointment_id,
  patientId: row.patient_id,
  doctorId: row.doctor_id,
  status: row.status,
  at: row.at.toISOString(),
});

/** The caller's events after `afterId`, oldest first, at most `limit`. */
export async function eventsAfter(
  db: Db,
  caller: Caller,
  afterId: number,
  limit: number,
): Promise<StreamedEvent[]> {
  const rows = await db
    .selectFrom('event_stream')
    .selectAll()
    .where(ownerColumn(caller), '=', caller.userId)
    .where('stream_id', '>', afterId)
    .orderBy('stream_id')
    .limit(limit)
    .execute();
  return rows.map(streamedEvent);
}

/** Everybody's events after `afterId`, oldest first, at most `limit`. */
export async function everyEventAfter(db: Db, afterId: number, limit: number): Promise<StreamedEvent[]> {
  const rows = await db
    .selectFrom('event_stream')
    .selectAll()
    .where('stream_id', '>', afterId)
    .orderBy('stream_id')
    .limit(limit)
    .execute();
  return rows.map(streamedEvent);
}

/** Where the stream begins (the newest event forgotten) and ends (the newest event numbered). */
export async function streamBounds(db: Db): Promise<{ floor: number; head: number }> {
  const { rows } = await sql<{ floor: number; head: number }>`
    SELECT stream_id AS floor, GREATEST(stream_id, (SELECT max(stream_id) FROM event_stream)) AS head
    FROM event_stream_floor`.execute(db);
  const [bounds] = rows;
  if (!bounds) throw new Error('event_stream_floor has lost its row');
  return bounds;
}
