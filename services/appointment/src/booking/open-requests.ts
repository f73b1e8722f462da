import { problem } from '@consulta/platform';
import { type Kysely, sql } from 'kysely';
import type { AppointmentTables } from '../tables.ts';
import type { Acceptor } from './accept.ts';

/** What one patient may have undecided or unconfirmed at a time: enough to ask around, too little to block agendas. */
export const openRequestsMaxDefault = 10;

/**
 * Counts a patient's future requests that are undecided or unconfirmed, up to `limit`.
 */
export async function countOpenRequests(
  db: Kysely<AppointmentTables>,
  patientId: string,
  limit: number,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`SELECT count(*)::integer AS count FROM (
      SELECT FROM booking_requests r
      LEFT JOIN appointments a ON a.id = r.id
      LEFT JOIN closed_requests c ON c.id = r.id
      WHERE r.patient_id = ${patientId} AND r.starts_at > now()
        AND c.id IS NULL AND (a.id IS NULL OR a.status = 'awaiting_confirmation')
      LIMIT ${limit}
    ) AS open`.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * Accepts a patient's requests one after the other and throws 409 `too_many_requests_open` to those beyond
 * `max`. A replacement is let through: it gives an appointment up. Taking turns makes the limit exact within this
 * process; with several, a patient who asks all of them at once can go past it by as many requests.
 */
export function acceptorWithLimit(accept: Acceptor, db: Kysely<AppointmentTables>, max: number): Acceptor {
  const turns = new Map<string, Promise<unknown>>();
  return (id, request) => {
    if (request.replacesId) return accept(id, request);
    const { patientId } = request;
    const before = turns.get(patientId) ?? Promise.resolve();
    const turn = before
      .catch(() => {})
      .then(async () => {
        if ((await countOpenRequests(db, patientId, max)) >= max) throw tooMany(max);
        return accept(id, request);
      });
    turns.set(patientId, turn);
    const leave = () => {
      if (turns.get(patientId) === turn) turns.delete(patientId);
    };
    turn.then(leave, leave);
    return turn;
  };
}

const tooMany = (max: number) =>
  problem(
    'too_many_requests_open',
    `At most ${max} requests may wait for their decision or confirmation; cancel one or wait`,
  );
