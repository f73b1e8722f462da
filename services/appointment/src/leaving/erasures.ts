import { revocationsKeptSeconds } from '@consulta/platform/auth';
import { inTransaction } from '@consulta/platform/database';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { AppointmentTables } from '../tables.ts';

type Db = Kysely<AppointmentTables>;

/** What a request that was under way leaves behind after an erasure is there long before this time is over. */
const settledAfter = sql`interval '1 second' * ${revocationsKeptSeconds}`;

/** Remembers whose traces are to be erased; who is known already changes nothing. */
export async function rememberDeleted(db: Db, ids: string[]): Promise<void> {
  await sql`INSERT INTO erasures (person_id) SELECT unnest(${ids}::uuid[]) ON CONFLICT DO NOTHING`.execute(
    db,
  );
}

/** People whose traces may still be there; those come first of whom nothing was erased yet. */
export const unsettledErasures = (db: Db, limit: number) =>
  db
    .selectFrom('erasures')
    .select(['person_id', 'erased_at'])
    .where('settled', '=', false)
    .orderBy('erased_at', (order) => order.asc().nullsFirst())
    .limit(limit)
    .execute();

/** Does a part of a person's erasure, in one transaction; whatever processes do so for one person take turns. */
export const inErasure = <T>(
  db: Db,
  personId: string,
  work: (trx: Transaction<AppointmentTables>) => Promise<T>,
): Promise<T> =>
  inTransaction(db, async (trx) => {
    await trx
      .selectFrom('erasures')
      .select('person_id')
      .where('person_id', '=', personId)
      .forUpdate()
      .execute();
    return work(trx);
  });

/** Whether an erasure that begins now is the last one that a person needs. */
export async function isLastErasure(db: Db, personId: string): Promise<boolean> {
  const { rows } = await sql<{ last: boolean }>`SELECT told_at + ${settledAfter} < now() AS last
    FROM erasures WHERE person_id = ${personId}`.execute(db);
  return rows[0]?.last ?? false;
}

/** Notes that a person's traces were gone through to the end. */
export const noteErased = (db: Db, personId: string, last: boolean) =>
  db
    .updateTable('erasures')
    .set({ erased_at: sql<Date>`now()`, settled: last })
    .where('person_id', '=', personId)
    .execute();
