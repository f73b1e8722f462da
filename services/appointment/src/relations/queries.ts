import { isUuid, type PageQuery } from '@consulta/contracts';
import type { Caller } from '@consulta/platform/auth';
import { decodeCursor, isInstant, pageOf, type RowPage } from '@consulta/platform/http';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { holdingSql } from '../appointments/holding.ts';
import type { AppointmentTables } from '../tables.ts';

/** Someone met or to be met: the latest start behind and the earliest ahead. */
export type Relation = { person_id: string; last_at: Date | null; next_at: Date | null };
type Row = Relation & { latest_at: Date };

const holds = sql`status IN (${sql.raw(holdingSql)})`;

const relationsSql = (caller: Caller, before: RawBuilder<unknown>, limit: number) => {
  const [own, other] = caller.role === 'doctor' ? ['doctor_id', 'patient_id'] : ['patient_id', 'doctor_id'];
  return sql<Row>`SELECT ${sql.ref(other)} AS person_id,
      max(starts_at) FILTER (WHERE starts_at <= now()) AS last_at,
      min(starts_at) FILTER (WHERE starts_at > now()) AS next_at,
      date_trunc('milliseconds', max(starts_at)) AS latest_at
    FROM appointments WHERE ${sql.ref(own)} = ${caller.userId} AND ${holds}
    GROUP BY 1 HAVING ${before} ORDER BY latest_at DESC, person_id DESC LIMIT ${limit}`;
};

/**
 * One page of the people the caller has, or had, appointments with, the latest appointment first. Declined,
 * cancelled and replaced ones do not count, and neither do requests that were never booked.
 */
export async function listRelations(
  db: Kysely<AppointmentTables>,
  caller: Caller,
  query: PageQuery,
): Promise<RowPage<Relation>> {
  const limit = query.limit ?? 20;
  const other = sql.ref(caller.role === 'doctor' ? 'patient_id' : 'doctor_id');
  const [latestAt, id] = query.cursor ? decodeCursor(query.cursor, [isInstant, isUuid]) : [null, null];
  const before = query.cursor
    ? sql`(date_trunc('milliseconds', max(starts_at)), ${other}) < (${latestAt}::timestamptz, ${id}::uuid)`
    : sql`true`;
  const { rows } = await relationsSql(caller, before, limit + 1).execute(db);
  return pageOf(rows, limit, (last) => [last.latest_at.toISOString(), last.person_id]);
}
