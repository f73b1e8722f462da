import { type AuditAction, type Feedback, isUuid, type Review } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { decodeCursor, isInstant, pageOf } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { findOwn } from '../appointments/own.ts';
import type { Actor } from '../audit/actor.ts';
import { recordAccess } from '../audit/record.ts';
import type { AppointmentTables, FeedbacksTable } from '../tables.ts';

type Db = Kysely<AppointmentTables>;
type Row = Selectable<FeedbacksTable>;

/** The contract's feedback from its row. */
export const showFeedback = (row: Row): Feedback => ({
  id: row.id,
  appointmentId: row.appointment_id,
  rating: row.rating,
  comment: row.comment,
  givenAt: row.given_at.toISOString(),
  reply: row.reply,
});

/** The feedback on the patient's appointment (none or one); throws 404 when the appointment is not theirs. */
export function feedbacksOf(db: Db, actor: Actor, appointmentId: string): Promise<Feedback[]> {
  return inTransaction(db, async (trx) => {
    await findOwn(trx, actor, appointmentId);
    const rows = await trx
      .selectFrom('feedbacks')
      .selectAll()
      .where('appointment_id', '=', appointmentId)
      .execute();
    for (const row of rows) await recordFeedback(trx, actor, 'read', row);
    return rows.map(showFeedback);
  });
}

type FeedbackIds = { appointmentId?: string; feedbackId: string };

/** One feedback of the patient, by its own id alone after an idempotent repeat; 404 otherwise. */
export const readFeedback = (db: Db, actor: Actor, ids: FeedbackIds): Promise<Feedback> =>
  inTransaction(db, (trx) => feedbackInside(trx, actor, ids));

/** {@link readFeedback} in the caller's transaction. */
export async function feedbackInside(
  trx: Transaction<AppointmentTables>,
  actor: Actor,
  ids: FeedbackIds,
): Promise<Feedback> {
  const row = await trx
    .selectFrom('feedbacks')
    .selectAll()
    .where('id', '=', ids.feedbackId)
    .where('patient_id', '=', actor.userId)
    .executeTakeFirst();
  if (!row || (ids.appointmentId && row.appointment_id !== ids.appointmentId)) throw problem('not_found');
  await recordFeedback(trx, actor, 'read', row);
  return showFeedback(row);
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
    // To the microsecond: of reviews given within one millisecond a cursor of a `Date` would skip some.
    .select(sql<string>`to_json(reviews.given_at) #>> '{}'`.as('given_exactly'))
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
  const page = pageOf(rows, limit, (last) => [last.given_exactly, last.id]);
  return { items: page.rows.map(showReview), nextCursor: page.nextCursor };
}

type ReviewRow = Pick<Row, 'id' | 'rating' | 'comment' | 'given_at' | 'reply'>;

/** The contract's review from its row. */
export const showReview = (row: ReviewRow): Review => ({
  id: row.id,
  rating: row.rating,
  comment: row.comment,
  givenAt: row.given_at.toISOString(),
  ...(row.reply === null ? {} : { reply: row.reply }),
});

/** Records an access to a feedback, whose comment is medical data. */
export const recordFeedback = (
  trx: Transaction<AppointmentTables>,
  actor: Actor,
  action: AuditAction,
  row: Row,
) =>
  recordAccess(trx, actor, {
    action,
    resource: { kind: 'feedback', id: row.id },
    appointmentId: row.appointment_id,
    patientId: row.patient_id,
  });
