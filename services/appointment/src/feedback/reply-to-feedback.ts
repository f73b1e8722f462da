import type { Feedback } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import type { AppointmentTables } from '../tables.ts';
import { recordFeedback, showFeedback } from './queries.ts';

/** Adds the doctor's one reply. Throws 404 when the appointment was not theirs, 409 `reply_already_given`. */
export function replyToFeedback(
  db: Kysely<AppointmentTables>,
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
    await recordFeedback(trx, actor, 'change', row);
    return showFeedback(replied);
  });
}
