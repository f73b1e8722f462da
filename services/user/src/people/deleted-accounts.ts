import { peopleCalls, type Role } from '@consulta/contracts';
import { type Routes, serve } from '@consulta/platform/http';
import type { Kysely, Transaction } from 'kysely';
import type { UserTables } from '../tables.ts';

/** Which accounts were deleted, for services that have something of theirs to erase. */
export const deletedAccountRoutes =
  (db: Kysely<UserTables>): Routes =>
  async (app) => {
    serve(app, peopleCalls.deletedAmong, async ({ ids }) => ({ ids: [...(await deletedAmong(db, ids))] }));
    serve(app, peopleCalls.listDeleted, async ({ after, limit = 1000 }) => {
      const ids = await deletedAfter(db, after, limit);
      return { ids, nextAfter: ids.length === limit ? (ids.at(-1) ?? null) : null };
    });
  };

/** Remembers in the caller's transaction that an account is deleted. */
export const rememberDeletion = (trx: Transaction<UserTables>, account: { userId: string; role: Role }) =>
  trx.insertInto('deleted_accounts').values({ user_id: account.userId, role: account.role }).execute();

/** Those of the given accounts that were deleted. */
export async function deletedAmong(db: Kysely<UserTables>, ids: string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('deleted_accounts')
    .select('user_id')
    .where('user_id', '=', (eb) => eb.fn.any(eb.val(ids)))
    .execute();
  return new Set(rows.map((row) => row.user_id));
}

async function deletedAfter(db: Kysely<UserTables>, after: string | undefined, limit: number) {
  const rows = await db
    .selectFrom('deleted_accounts')
    .select('user_id')
    .$if(after !== undefined, (query) => query.where('user_id', '>', after ?? ''))
    .orderBy('user_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.user_id);
}
