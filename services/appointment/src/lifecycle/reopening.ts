import { details } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import type { Transaction } from 'kysely';
import { canTakeBack } from '../appointments/rules.ts';
import type { AppointmentTables } from '../tables.ts';

/**
 * Throws 409 `invalid_transition` unless the last step of a locked appointment is young enough to be taken back and
 * nobody judged the consultation yet. Both refusals read alike: whether there is feedback is not for its doctor to know.
 */
export async function assertReopenable(
  trx: Transaction<AppointmentTables>,
  id: string,
  now: Temporal.Instant,
): Promise<void> {
  const last = await trx
    .selectFrom('appointment_transitions')
    .select('at')
    .where('appointment_id', '=', id)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const feedback = await trx
    .selectFrom('feedbacks')
    .select('id')
    .where('appointment_id', '=', id)
    .executeTakeFirst();
  if (last && canTakeBack(last.at, now) && !feedback) return;
  throw problem('invalid_transition', details.cannotReopen);
}
