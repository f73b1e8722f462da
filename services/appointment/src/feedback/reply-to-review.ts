import type { Review } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { type IdempotencyKey, isFirstUse } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import type { AppointmentTables } from '../tables.ts';
import { recordFeedback, showReview } from './queries.ts';

/**
 * Adds the doctor's one reply to a review of theirs, and answers the review: not the feedback, whose appointment would
 * tell who wrote it. Throws 404 when it is not about them, 409 `reply_already_given`. A repeat of its key answers the
 * review as it is.
 */
export function replyToReview(
  db: Kysely<AppointmentTables>,
  actor: Actor,
  { id, text, key }: { id: string; text: string; key: IdempotencyKey | undefined },
): Promise<Review> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .selectFrom('feedbacks')
      .selectAll()
      .where('id', '=', id)
      .where('doctor_id', '=', actor.userId)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw problem('not_found');
    if (!(await isFirstUse(trx, key, row.id))) return showReview(row);
    if (row.reply !== null) throw problem('reply_already_given');
    await trx
      .updateTable('feedbacks')
      .set({ reply: text, replied_at: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
    await recordFeedback(trx, actor, 'change', row);
    return showReview({ ...row, reply: text });
  });
}
