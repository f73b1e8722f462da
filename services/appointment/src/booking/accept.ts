import { randomUUIDv7 } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConsultationMode, SlotFacts } from '@consulta/contracts';
import { type IdempotencyKey, microBatch, problem, violatedConstraint } from '@consulta/platform';
import type pg from 'pg';
import type { Who } from '../audit/record.ts';

const acceptSql = readFileSync(new URL('accept.sql', import.meta.url), 'utf8');

export type NewRequest = {
  slot: SlotFacts;
  patientId: string;
  mode: ConsultationMode;
  note: string | null;
  /** From where the note came, for the trail. */
  who?: Who;
  replacesId: string | null;
  key: IdempotencyKey | undefined;
};

/** `requestedAt` is undefined when the idempotency key was taken before: nothing was stored. */
export type Accepted = { requestedAt: Date | undefined };

export type Acceptor = (id: string, request: NewRequest) => Promise<Accepted>;

/**
 * Stores booking requests durably, many callers in one transaction. It answers only after the commit. Throws 409
 * `reschedule_pending` when another replacement of the same appointment is undecided.
 *
 * @param afterCommit wakes the outbox relay.
 */
export function acceptor(pool: pg.Pool, afterCommit: () => void): Acceptor {
  const run = async (batch: { id: string; request: NewRequest }[]): Promise<Accepted[]> => {
    const { rows } = await pool.query<{ id: string; requested_at: Date }>({
      name: 'booking_accept',
      text: acceptSql,
      values: [JSON.stringify(batch.map(({ id, request }) => toRow(id, request)))],
    });
    afterCommit();
    const requestedAt = new Map(rows.map((row) => [row.id, row.requested_at]));
    return batch.map(({ id }) => ({ requestedAt: requestedAt.get(id) }));
  };
  const accept = microBatch({
    run,
    itemsMax: 500,
    concurrencyMax: 1,
    waitingMax: 20_000,
    isolateFailures: true,
  });
  return (id, request) =>
    accept({ id, request }).catch((error: unknown) => {
      throw violatedConstraint(error) === 'undecided_requests_replacing'
        ? problem('reschedule_pending')
        : error;
    });
}

/** A new appointment's id (UUIDv7, RFC 9562). */
export const newAppointmentId = (): string => randomUUIDv7();

const toRow = (id: string, { slot, patientId, mode, note, who, replacesId, key }: NewRequest) => ({
  id,
  slot_id: slot.id,
  schedule_id: slot.scheduleId,
  doctor_id: slot.doctorId,
  patient_id: patientId,
  starts_at: slot.startsAt,
  ends_at: slot.endsAt,
  time_zone: slot.timeZone,
  mode,
  note,
  replaces_id: replacesId,
  key_scope: key?.scope.toString('hex'),
  key_hash: key?.requestHash.toString('hex'),
  ...(note === null ? {} : { note_address: who?.address, note_request_id: who?.requestId }),
});
