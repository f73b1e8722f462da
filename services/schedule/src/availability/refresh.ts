import { inPlainTransaction, sqlFile, uuidArray } from '@consulta/platform/database';
import type pg from 'pg';
import { planInOrder } from '../query-plans.ts';

const refreshSql = sqlFile('./refresh-availability.sql', import.meta.url);

const lockAsked = {
  name: 'lock_doctors_asked',
  text: 'SELECT id FROM doctors WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE',
};
const lockDue = {
  name: 'lock_doctors_due',
  text: `SELECT id FROM doctors WHERE recheck_at <= $1::timestamptz
    ORDER BY recheck_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`,
};

/** Finds the first open slot of these doctors again, and announces those for whom it changed. */
export const refreshAvailability = (
  pool: pg.Pool,
  doctorIds: string[],
  now: Temporal.Instant,
): Promise<void> =>
  inPlainTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>({ ...lockAsked, values: [uuidArray(doctorIds)] });
    await refresh(client, rows, now);
  });

/** Does the same for at most `limit` doctors whose first slot is over or due for a second look; answers how many. */
export const refreshDueAvailability = (
  pool: pg.Pool,
  limit: number,
  now: Temporal.Instant,
): Promise<number> =>
  inPlainTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>({ ...lockDue, values: [now.toString(), limit] });
    await refresh(client, rows, now);
    return rows.length;
  });

async function refresh(
  client: pg.ClientBase,
  doctors: { id: string }[],
  now: Temporal.Instant,
): Promise<void> {
  if (doctors.length === 0) return;
  await client.query(planInOrder);
  await client.query({ ...refreshSql, values: [uuidArray(doctors.map(({ id }) => id)), now.toString()] });
}
