import { inTransaction } from '@consulta/platform/database';
import type { Kysely } from 'kysely';
import { recordNote } from '../appointments/notes.ts';
import { lockOwn, readOverview } from '../appointments/own.ts';
import type { Actor } from '../audit/actor.ts';
import type { AppointmentOverview, AppointmentTables } from '../tables.ts';

/** Replaces the note on the patient's own appointment, and records that; throws 404 when it is not theirs. */
export function annotate(
  db: Kysely<AppointmentTables>,
  actor: Actor,
  id: string,
  note: string | null,
): Promise<AppointmentOverview> {
  return inTransaction(db, async (trx) => {
    const before = await lockOwn(trx, actor, id);
    await trx.updateTable('booking_requests').set({ note }).where('id', '=', id).execute();
    const written = before.note !== null || note !== null;
    if (written) await recordNote(trx, actor, before, before.note === null ? 'create' : 'change');
    return readOverview(trx, id);
  });
}
