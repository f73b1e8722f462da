import type pg from 'pg';

export type NextAvailableAnswer = { doctorId: string; nextAvailableAt: string | null };

/**
 * Stores what the schedule service answered, unless a later question was answered before.
 *
 * @param askedAt when the question was put, by the database's clock
 */
export async function storeNextAvailable(
  pool: pg.Pool,
  answers: NextAvailableAnswer[],
  askedAt: Date,
): Promise<void> {
  await pool.query(
    `WITH answer AS MATERIALIZED (
       SELECT d.doctor_id, a.at FROM doctor_directory d
       JOIN unnest($1::uuid[], $2::timestamptz[]) AS a(doctor_id, at) ON a.doctor_id = d.doctor_id
       ORDER BY d.doctor_id FOR UPDATE OF d)
     UPDATE doctor_directory d SET next_available_at = answer.at, next_available_asked_at = $3
     FROM answer WHERE d.doctor_id = answer.doctor_id AND d.next_available_asked_at < $3`,
    [answers.map(({ doctorId }) => doctorId), answers.map((answer) => answer.nextAvailableAt), askedAt],
  );
}
