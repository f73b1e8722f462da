import type { DoctorsBookability } from '@consulta/contracts';
import { enqueue, inTransaction, type ServiceClient } from '@consulta/platform';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';

type Db = Kysely<Tables>;

/**
 * Asks the user service which of these doctors may be booked and keeps the answers; a doctor it does not know may
 * not. What can be booked with those that changed is looked at again.
 */
export async function refreshBookability(db: Db, user: ServiceClient, doctorIds: string[]): Promise<void> {
  if (doctorIds.length === 0) return;
  const { doctors } = await user.call<DoctorsBookability>('POST', '/internal/doctors/bookability', {
    ids: doctorIds,
  });
  const bookable = new Set(doctors.filter((each) => each.bookable).map(({ doctorId }) => doctorId));
  await inTransaction(db, async (trx) => {
    const rows = [...doctorIds].sort().map((id) => ({ id, bookable: bookable.has(id) }));
    const { rows: changed } = await sql<{ id: string }>`
      INSERT INTO doctors AS d (id, bookable)
      SELECT id, bookable FROM json_to_recordset(${JSON.stringify(rows)}) AS r (id uuid, bookable boolean)
      ON CONFLICT (id) DO UPDATE SET bookable = excluded.bookable WHERE d.bookable IS DISTINCT FROM excluded.bookable
      RETURNING id`.execute(trx);
    await enqueue(
      trx,
      'availability_changed',
      changed.map(({ id }) => id),
    );
  });
}

/** Makes sure that this service knows a doctor, before anything of theirs is stored. */
export const introducer =
  (db: Db, user: ServiceClient) =>
  async (doctorId: string): Promise<void> => {
    const known = await db
      .selectFrom('doctors')
      .select('bookable')
      .where('id', '=', doctorId)
      .executeTakeFirst();
    if (known?.bookable === undefined || known.bookable === null)
      await refreshBookability(db, user, [doctorId]);
  };

const healBatch = 1000;

/** Asks anew for every doctor known here, so that a lost message heals. */
export async function healBookability(db: Db, user: ServiceClient): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await db
      .selectFrom('doctors')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(healBatch)
      .execute();
    await refreshBookability(
      db,
      user,
      rows.map(({ id }) => id),
    );
    const last = rows.at(-1);
    if (!last || rows.length < healBatch) return;
    after = last.id;
  }
}
