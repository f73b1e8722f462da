import { type AuditAction, type Feedback, isUuid, type Review } from '@consulta/contracts';
import { inTransaction, violatedConstraint } from '@consulta/platform/database';
import {
  decodeCursor,
  encodeCursor,
  type IdempotencyKey,
  isInstant,
  rememberKey,
} from '@consulta/platform/http';
import { enqueue } from '@consulta/platform/messaging';
import { problem } from '@consulta/platform/problems';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { findOwn, ownerColumn } from '../appointments/own.ts';
import type { Actor } from '../audit/actor.ts';
import { recordAccess } from '../audit/record.ts';
import type { AppointmentTables, FeedbacksTable } from '../tables.ts';

type Db = Kysely<AppointmentTables>;
type Row = Selectable<FeedbacksTable>;

const show = (row: Row): Feedback => ({
  id: row.id,
  appointmentId: row.appointment_id,
  rating: row.rating,
  comment: row.comment,
  givenAt: row.given_at.toISOString(),
  reply: row.reply,
});

type Given = { appointmentId: string; rating: number; comment: string | null };

/**
 * Keeps the patient's feedback and sends it on its way to the review-processor. Throws 404 when the appointment is
 * not theirs, 409 `appointment_not_concluded` or `feedback_already_given`.
 */
export function giveFeedback(
  db: Db,
  actor: Actor,
  given: Given,
  key: IdempotencyKey | undefined,
): Promise<Feedback> {
  return inTransaction(db, async (trx) => {
    const appointment = await findOwn(trx, actor, given.appointmentId);
    if (appointment.status !== 'concluded') throw problem('appointment_not_concluded');
    const row = await trx
      .insertInto('feedbacks')
      .values({
        appointment_id: appointment.id,
        doctor_id: appointment.doctor_id,
        patient_id: appointment.patient_id,
        rating: given.rating,
        comment: given.comment,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await rememberKey(trx, key, row.id);
    await enqueue(trx, 'feedback_given', [row.id]);
    await audit(trx, actor, 'create', row);
    return show(row);
  }).catch((error: unknown) => {
    throw violatedConstraint(error) === 'feedbacks_once' ? problem('feedback_already_given') : error;
  });
}

/** The feedback on the caller's appointment (none or one); throws 404 when the appointment is not theirs. */
export function feedbacksOf(db: Db, actor: Actor, appointmentId: string): Promise<Feedback[]> {
  return inTransaction(db, async (trx) => {
    await findOwn(trx, actor, appointmentId);
    const rows = await trx
      .selectFrom('feedbacks')
      .selectAll()
      .where('appointment_id', '=', appointmentId)
      .execute();
    for (const row of rows) await audit(trx, actor, 'read', row);
    return rows.map(show);
  });
}

/** One feedback on the caller's appointment, by its own id alone after an idempotent repeat; 404 otherwise. */
export function readFeedback(
  db: Db,
  actor: Actor,
  ids: { appointmentId?: string; feedbackId: string },
): Promise<Feedback> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .selectFrom('feedbacks')
      .selectAll()
      .where('id', '=', ids.feedbackId)
      .where(ownerColumn(actor), '=', actor.userId)
      .executeTakeFirst();
    if (!row || (ids.appointmentId && row.appointment_id !== ids.appointmentId)) throw problem('not_found');
    await audit(trx, actor, 'read', row);
    return show(row);
  });
}

/** Adds the doctor's one reply. Throws 404 when the appointment was not theirs, 409 `reply_already_given`. */
export function replyToFeedback(
  db: Db,
  actor: Actor,
  { appointmentId, feedbackId, text }: { appointmentId: string; feedbackId: string; text: string },
): Promise<Feedback> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .selectFrom('feedbacks')
      .selectAll()
      .where('id', '=', feedbackId)
      .where('appointment_id', '=', appointmentId)
      .where('doctor_id', '=', actor.userId)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw problem('not_found');
    if (row.reply !== null) throw problem('reply_already_given');
    const replied = await trx
      .updateTable('feedbacks')
      .set({ reply: text, replied_at: sql<Date>`now()` })
      .where('id', '=', feedbackId)
      .returningAll()
      .executeTakeFirstOrThrow();
    await audit(trx, actor, 'change', row);
    return show(replied);
  });
}

/**
 * One page of a doctor's reviews, newest first, without who wrote them. What is public is nobody's record: reading it
 * leaves no trail, which would tell the writer who reads.
 */
export async function reviewsOf(
  db: Db,
  doctorId: string,
  { limit = 20, cursor }: { limit?: number; cursor?: string },
): Promise<{ items: Review[]; nextCursor: string | null }> {
  let select = db
    .selectFrom('reviews')
    .innerJoin('feedbacks', 'feedbacks.id', 'reviews.feedback_id')
    .select(['feedbacks.id', 'feedbacks.rating', 'comment', 'feedbacks.given_at', 'reply'])
    .where('reviews.doctor_id', '=', doctorId)
    .orderBy('reviews.given_at', 'desc')
    .orderBy('reviews.feedback_id', 'desc')
    .limit(limit + 1);
  if (cursor) {
    const [givenAt, id] = decodeCursor(cursor, [isInstant, isUuid]);
    select = select.where(
      sql<boolean>`(reviews.given_at, reviews.feedback_id) < (${givenAt}::timestamptz, ${id}::uuid)`,
    );
  }
  const rows = await select.execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({
      id: row.id,
      rating: row.rating,
      comment: row.comment,
      givenAt: row.given_at.toISOString(),
      ...(row.reply === null ? {} : { reply: row.reply }),
    })),
    nextCursor: rows.length > limit && last ? encodeCursor([last.given_at.toISOString(), last.id]) : null,
  };
}

const audit = (trx: Transaction<AppointmentTables>, actor: Actor, action: AuditAction, row: Row) =>
  recordAccess(trx, actor, {
    action,
    resource: { kind: 'feedback', id: row.id },
    appointmentId: row.appointment_id,
    patientId: row.patient_id,
  });
