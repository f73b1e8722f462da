import { details } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { digestOf } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { Kysely, Transaction } from 'kysely';
import { recordNote } from '../appointments/notes.ts';
import { lockOwn, readOverview } from '../appointments/own.ts';
import type { Actor } from '../audit/actor.ts';
import type { AppointmentOverview, AppointmentTables } from '../tables.ts';

/**
 * Replaces the note on the patient's own appointment, and on the one that is to replace it while that is undecided;
 * records that. Throws 404 when it is not theirs, and 412 unless `accepts` takes the state of it.
 */
export function annotate(
  db: Kysely<AppointmentTables>,
  actor: Actor,
  id: string,
  note: string | null,
  accepts: (state: string) => boolean = () => true,
): Promise<AppointmentOverview> {
  return inTransaction(db, async (trx) => {
    const own = await lockOwn(trx, actor, id);
    if (!accepts(digestOf(own))) throw problem('stale_version', details.readAgain);
    // Not locked: the decision locks the two in the other order, and waits for the first here.
    const replacement = await trx
      .selectFrom('undecided_requests')
      .select('id')
      .where('replaces_id', '=', id)
      .executeTakeFirst();
    await write(trx, actor, own, note);
    if (replacement) await write(trx, actor, await readOverview(trx, replacement.id), note);
    return readOverview(trx, id);
  });
}

async function write(
  trx: Transaction<AppointmentTables>,
  actor: Actor,
  before: AppointmentOverview,
  note: string | null,
): Promise<void> {
  await trx.updateTable('booking_requests').set({ note }).where('id', '=', before.id).execute();
  if (before.note === null && note === null) return;
  await recordNote(trx, actor, before, before.note === null ? 'create' : 'change');
}
