import type { DoctorBookability } from '@consulta/contracts';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';

/**
 * Keeps what the user service said, in the order of ids so that two writers do not deadlock. Answers the
 * doctors for whom it is news.
 */
export async function storeBookability(db: Kysely<Tables>, doctors: DoctorBookability[]): Promise<string[]> {
  const sorted = [...doctors].sort((a, b) => (a.doctorId < b.doctorId ? -1 : 1));
  const { rows } = await sql<{ id: string }>`
    INSERT INTO doctors (id, bookable)
    SELECT * FROM unnest(${sorted.map(({ doctorId }) => doctorId)}::uuid[], ${sorted.map(({ bookable }) => bookable)}::boolean[])
    ON CONFLICT (id) DO UPDATE SET bookable = excluded.bookable
      WHERE doctors.bookable IS DISTINCT FROM excluded.bookable
    RETURNING id`.execute(db);
  return rows.map(({ id }) => id);
}
