import { doctorCalls } from '@consulta/contracts';
import { type Routes, serve } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import { deletedAmong } from '../people/deleted-accounts.ts';
import type { UserTables } from '../tables.ts';

/** Which doctors may be booked: those an administrator (or the automatic rule) verified and nobody suspended. */
export const bookabilityRoutes =
  (db: Kysely<UserTables>): Routes =>
  async (app) => {
    serve(app, doctorCalls.bookability, async ({ ids }) => {
      const bookable = new Set(await bookableAmong(db, ids));
      const deleted = await deletedAmong(db, ids);
      return {
        doctors: ids.map((doctorId) => ({
          doctorId,
          bookable: bookable.has(doctorId),
          deleted: deleted.has(doctorId),
        })),
      };
    });
    serve(app, doctorCalls.listBookability, async ({ after, limit = 1000 }) => {
      const doctors = await bookabilityAfter(db, after, limit);
      const last = doctors.length === limit ? doctors.at(-1) : undefined;
      return { doctors, nextAfter: last?.doctorId ?? null };
    });
  };

async function bookableAmong(db: Kysely<UserTables>, ids: string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('doctors')
    .select('user_id')
    .where('user_id', '=', (eb) => eb.fn.any(eb.val(ids)))
    .where('verification', '=', 'verified')
    .execute();
  return rows.map((row) => row.user_id);
}

async function bookabilityAfter(db: Kysely<UserTables>, after: string | undefined, limit: number) {
  const rows = await db
    .selectFrom('doctors')
    .select(['user_id', 'verification'])
    .$if(after !== undefined, (query) => query.where('user_id', '>', after ?? ''))
    .orderBy('user_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ doctorId: row.user_id, bookable: row.verification === 'verified' }));
}
