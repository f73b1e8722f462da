import { type Kysely, sql } from 'kysely';
import { lockOwn, ownerColumn } from '../appointments/own.ts';
import { statusAfter } from '../appointments/rules.ts';
import { applyChange } from '../lifecycle/take-step.ts';
import type { AppointmentTables } from '../tables.ts';
import { inErasure } from './erasures.ts';
import { type Leaver, leftReason } from './leaver.ts';

type Db = Kysely<AppointmentTables>;

/** Cancels what lies ahead of a person who left, each in a transaction of its own; answers how many. */
export async function cancelAhead(
  db: Db,
  leaver: Leaver,
  onCancelled: () => unknown = () => {},
): Promise<number> {
  const ahead = await findAhead(db, leaver);
  for (const id of ahead) {
    await cancelOne(db, leaver, id);
    await onCancelled();
  }
  return ahead.length;
}

/** Undecided requests whenever they are for, and appointments that have not begun. */
async function findAhead(db: Db, leaver: Leaver): Promise<string[]> {
  const owner = sql.ref(ownerColumn(leaver));
  const { rows } = await sql<{ id: string }>`
    SELECT r.id FROM booking_requests r JOIN undecided_requests u ON u.arrival = r.arrival
      WHERE r.${owner} = ${leaver.userId}
    UNION ALL
    SELECT r.id FROM booking_requests r JOIN appointments a ON a.id = r.id
      WHERE r.${owner} = ${leaver.userId} AND r.starts_at > now()
        AND a.status IN ('awaiting_confirmation', 'confirmed')`.execute(db);
  return rows.map(({ id }) => id);
}

/** What was decided, cancelled or begun meanwhile stays as it is. */
const cancelOne = (db: Db, leaver: Leaver, id: string) =>
  inErasure(db, leaver.userId, async (trx) => {
    const current = await lockOwn(trx, leaver, id);
    const status = statusAfter('cancel', current.status);
    if (status) await applyChange(trx, current, { status, reason: leftReason, by: leaver.role });
  });
