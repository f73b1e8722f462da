import type pg from 'pg';

/** Takes over doctors' ratings that are newer than the ones stored. */
export async function storeRatings(
  pool: pg.Pool,
  ratings: { doctorId: string; sum: number; count: number; version: number }[],
): Promise<void> {
  await pool.query(
    `WITH newest AS MATERIALIZED (
       SELECT DISTINCT ON (doctor_id) * FROM unnest($1::uuid[], $2::bigint[], $3::integer[], $4::bigint[])
         AS r(doctor_id, sum, count, version) ORDER BY doctor_id, version DESC),
     held AS MATERIALIZED (
       SELECT d.doctor_id FROM doctor_directory d JOIN newest USING (doctor_id) ORDER BY doctor_id FOR UPDATE OF d)
     UPDATE doctor_directory d SET rating_sum = sum, rating_count = count, rating_version = version
     FROM newest JOIN held USING (doctor_id)
     WHERE d.doctor_id = newest.doctor_id AND d.rating_version < newest.version`,
    [
      ratings.map(({ doctorId }) => doctorId),
      ratings.map(({ sum }) => sum),
      ratings.map(({ count }) => count),
      ratings.map(({ version }) => version),
    ],
  );
}
