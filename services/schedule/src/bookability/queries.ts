import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** What is known of a doctor; null when the user service was not asked yet, undefined for one never met. */
export async function knownBookability(
  db: Kysely<Tables>,
  doctorId: string,
): Promise<boolean | null | undefined> {
  const row = await db.selectFrom('doctors').select('bookable').where('id', '=', doctorId).executeTakeFirst();
  return row?.bookable;
}

/** Known doctors by id, from after `afterId`. */
export async function listDoctorIds(db: Kysely<Tables>, afterId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('doctors')
    .select('id')
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
