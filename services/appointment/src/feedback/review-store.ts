import type { TotalRatings } from '@consulta/contracts';
import type pg from 'pg';

/*
 * What AppointmentDB offers to the review-processor: counting feedback, each once, the ratings that result, and which
 * feedback no rating that was handed on counts yet.
 */

const countSql = `WITH counted AS (
    INSERT INTO reviews (feedback_id, doctor_id, rating, given_at)
    SELECT id, doctor_id, rating, given_at FROM feedbacks WHERE id = ANY ($1::uuid[]) ORDER BY id
    ON CONFLICT DO NOTHING
    RETURNING doctor_id, rating
  )
  INSERT INTO doctor_ratings AS r (doctor_id, sum, count, version)
  SELECT doctor_id, sum(rating), count(*), 1 FROM counted GROUP BY doctor_id ORDER BY doctor_id
  ON CONFLICT (doctor_id) DO UPDATE
  SET sum = r.sum + excluded.sum, count = r.count + excluded.count, version = r.version + 1`;

const ratingsSql = `SELECT r.doctor_id AS "doctorId", r.sum, r.count, r.version FROM doctor_ratings r
  WHERE r.doctor_id IN (SELECT doctor_id FROM feedbacks WHERE id = ANY ($1::uuid[]))`;

/** Counts these feedbacks into their doctors' ratings; one counted before changes nothing. */
export async function countReviews(pool: pg.Pool, feedbackIds: string[]): Promise<void> {
  await pool.query(countSql, [feedbackIds]);
}

/** The present ratings of the doctors these feedbacks are about, whether they were counted now or before. */
export async function ratingsAfter(pool: pg.Pool, feedbackIds: string[]): Promise<TotalRatings['ratings']> {
  const { rows } = await pool.query<TotalRatings['ratings'][number]>(ratingsSql, [feedbackIds]);
  return rows;
}

/** Notes that the ratings which count these feedbacks were handed on. */
export async function noteRated(pool: pg.Pool, feedbackIds: string[]): Promise<void> {
  await pool.query('UPDATE feedbacks SET rated = true WHERE id = ANY ($1::uuid[]) AND NOT rated', [
    feedbackIds,
  ]);
}

/** The oldest feedbacks that were given so long ago, and that no rating handed on is known to count. */
export async function unratedFeedbacks(
  pool: pg.Pool,
  { olderThanSeconds, limit }: { olderThanSeconds: number; limit: number },
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM feedbacks WHERE NOT rated AND given_at < now() - make_interval(secs => $1)
     ORDER BY given_at LIMIT $2`,
    [olderThanSeconds, limit],
  );
  return rows.map(({ id }) => id);
}
