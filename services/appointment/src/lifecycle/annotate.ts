import { details } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { digestOf } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { Kysely } from 'kysely';
import { recordNote } from '../appointments/notes.ts';
import { lockOwn, readOverview } from '../appointments/own.ts';
import type { Actor } from '../audit/actor.ts';
import type { AppointmentOverview, AppointmentTables } from '../tables.ts';

/**
 * Replaces the note on the patient's own appointment, and records that; throws 404 when it is not theirs, and 412 unless
 * `accepts` takes the state of it.
 */
export function annotate(
  db: Kysely<AppointmentTables>,
  actor: Actor,
  id: string,
  note: string | null,
  accepts: (state: string) => boolean = () => true,
): Promise<AppointmentOverview> {
  return inTransaction(db, async (trx) => {
    const before = await lockOwn(trx, actor, id);
    if (!accepts(digestOf(before))) throw problem('stale_version', details.readAgain);
    await trx.updateTable('booking_requests').set({ note }).where('id', '=', id).execute();
    const written = before.note !== null || note !== null;
    if (written) await recordNote(trx, actor, before, before.note === null ? 'create' : 'change');
    return readOverview(trx, id);
  });
}
