import { randomUUIDv7 } from 'node:crypto';
import type { Feedback } from '@consulta/contracts';
import { inTransaction, violatedConstraint } from '@consulta/platform/database';
import { type IdempotencyKey, rememberKey } from '@consulta/platform/http';
import { enqueue } from '@consulta/platform/messaging';
import { problem } from '@consulta/platform/problems';
import type { Kysely } from 'kysely';
import { lockOwn } from '../appointments/own.ts';
import type { Actor } from '../audit/actor.ts';
import type { AppointmentTables } from '../tables.ts';
import { feedbackInside, recordFeedback, showFeedback } from './queries.ts';

type Given = { appointmentId: string; rating: number; comment: string | null };

/**
 * Keeps the patient's feedback and sends it on its way to the review-processor; for a repeated key it gives the feedback
 * kept then. Throws 404 when the appointment is not theirs, 409 `appointment_not_concluded` or `feedback_already_given`.
 */
export function giveFeedback(
  db: Kysely<AppointmentTables>,
  actor: Actor,
  given: Given,
  key: IdempotencyKey | undefined,
): Promise<Feedback> {
  return inTransaction(db, async (trx) => {
    // Locked, so that it is not reopened meanwhile.
    const appointment = await lockOwn(trx, actor, given.appointmentId);
    const id = randomUUIDv7();
    const keptId = await rememberKey(trx, key, id);
    if (keptId !== id) return feedbackInside(trx, actor, { feedbackId: keptId });
    if (appointment.status !== 'concluded') throw problem('appointment_not_concluded');
    const row = await trx
      .insertInto('feedbacks')
      .values({
        id,
        appointment_id: appointment.id,
        doctor_id: appointment.doctor_id,
        patient_id: appointment.patient_id,
        rating: given.rating,
        comment: given.comment,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await enqueue(trx, 'feedback_given', [row.id]);
    await recordFeedback(trx, actor, 'create', row);
    return showFeedback(row);
  }).catch((error: unknown) => {
    throw violatedConstraint(error) === 'feedbacks_once' ? problem('feedback_already_given') : error;
  });
}
