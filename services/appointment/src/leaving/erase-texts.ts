import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { ownerColumn } from '../appointments/own.ts';
import { auditedWrite } from '../audit/record.ts';
import { type Leaver, leftReason } from './leaver.ts';

/** Reasons that nobody wrote. */
const codes = sql`('not_confirmed_in_time', ${sql.lit(leftReason)})`;

/**
 * Erases what a patient wrote, and what was written to them, since that may name them: notes, feedback with its reply,
 * reasons. Ratings stay.
 */
export async function erasePatientsTexts(trx: QueryExecutorProvider, patient: Leaver): Promise<void> {
  const { userId } = patient;
  await auditedWrite(
    trx,
    patient,
    { action: 'delete', kind: 'note' },
    sql`UPDATE booking_requests SET note = NULL WHERE patient_id = ${userId} AND note IS NOT NULL
      RETURNING id AS resource_id, id AS appointment_id, patient_id`,
  );
  await auditedWrite(
    trx,
    patient,
    { action: 'delete', kind: 'feedback' },
    sql`UPDATE feedbacks f SET comment = NULL, reply = NULL, replied_at = NULL FROM booking_requests r
      WHERE r.patient_id = ${userId} AND f.appointment_id = r.id AND num_nonnulls(f.comment, f.reply) > 0
      RETURNING f.id AS resource_id, f.appointment_id, f.patient_id`,
  );
  await eraseReasons(trx, patient, sql`true`);
}

/** Erases what a doctor wrote outside of medical reports: replies to feedback, and reasons. */
export async function eraseDoctorsTexts(trx: QueryExecutorProvider, doctor: Leaver): Promise<void> {
  await auditedWrite(
    trx,
    doctor,
    { action: 'change', kind: 'feedback' },
    sql`UPDATE feedbacks f SET reply = NULL, replied_at = NULL FROM booking_requests r
      WHERE r.doctor_id = ${doctor.userId} AND f.appointment_id = r.id AND f.reply IS NOT NULL
      RETURNING f.id AS resource_id, f.appointment_id, f.patient_id`,
  );
  await eraseReasons(trx, doctor, sql`by = 'doctor'`);
}

/** @param written whose reasons: a condition on `by`. */
async function eraseReasons(
  trx: QueryExecutorProvider,
  leaver: Leaver,
  written: RawBuilder<unknown>,
): Promise<void> {
  const theirs = sql`SELECT id FROM booking_requests WHERE ${sql.ref(ownerColumn(leaver))} = ${leaver.userId}`;
  await sql`UPDATE closed_requests c SET reason = NULL
    FROM (SELECT id, cancelled_by AS by FROM closed_requests WHERE id IN (${theirs})) AS closed
    WHERE c.id = closed.id AND outcome = 'cancelled' AND reason NOT IN ${codes} AND ${written}`.execute(trx);
  await sql`UPDATE appointments a SET status_reason = NULL
    FROM (SELECT id, CASE status WHEN 'declined' THEN 'doctor' ELSE cancelled_by END AS by
      FROM appointments WHERE id IN (${theirs})) AS booked
    WHERE a.id = booked.id AND status_reason NOT IN ${codes} AND ${written}`.execute(trx);
  await sql`UPDATE appointment_transitions SET status_reason = NULL
    WHERE appointment_id IN (${theirs}) AND status_reason NOT IN ${codes} AND ${written}`.execute(trx);
}
