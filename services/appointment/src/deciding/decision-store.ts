import { readFileSync } from 'node:fs';
import { advisoryLockSeeds, inPlainTransaction, queryBuilder } from '@consulta/platform/database';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { holdingSql } from '../appointments/holding.ts';
import type { AppointmentTables } from '../tables.ts';
import { decideReschedule } from './decide-reschedule.ts';
import type { Decided, UndecidedRequest, Verdict } from './verdicts.ts';

/*
 * What AppointmentDB offers to the appointment-creator: the undecided requests and the writing of decisions.
 */

const decideSql = readFileSync(new URL('decide.sql', import.meta.url), 'utf8');

/**
 * The earliest requests of the doctors named whose lines nobody else is deciding at the moment, and after them the
 * doctors whose lines somebody is: an advisory lock, until the transaction ends, makes one worker at a time decide for a
 * doctor, whatever the queue delivers to whom.
 */
const takeSql = `WITH lines AS MATERIALIZED (
    SELECT doctor_id,
      pg_try_advisory_xact_lock(hashtextextended(doctor_id::text, ${advisoryLockSeeds.doctorLine})) AS mine
    FROM unnest($3::uuid[]) AS named (doctor_id)
  ), front AS (
    SELECT id, slot_id, doctor_id, arrival, replaces_id FROM undecided_requests
    WHERE doctor_id = ANY (ARRAY(SELECT doctor_id FROM lines WHERE mine)) AND id <> ALL ($2::uuid[])
    ORDER BY arrival LIMIT $1
  )
  SELECT * FROM front
  UNION ALL
  SELECT NULL, NULL, doctor_id, NULL, NULL FROM lines WHERE NOT mine
  ORDER BY arrival`;

/**
 * Rows come and go so fast that the line's indexes are full of entries of rows that are gone. A walk along an index
 * marks those, and the next passes over them; a bitmap would visit them all each time, and reading the table too.
 */
const beginToDecide = 'BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off';

const waitingSql = `SELECT doctor_id FROM undecided_requests
  WHERE requested_at < now() - make_interval(secs => $1) GROUP BY doctor_id ORDER BY min(arrival)`;

const closedSql = `SELECT id FROM unnest($1::uuid[]) AS given (id)
  WHERE NOT EXISTS (SELECT FROM booking_requests r JOIN undecided_requests u USING (arrival)
      WHERE r.id = given.id)
    AND NOT EXISTS (SELECT FROM appointments a WHERE a.id = given.id
      AND a.status IN (${holdingSql}))`;

/** What to decide at once: the earliest `size` requests in the lines of these doctors but those in `except`. */
export type Chunk = { doctorIds: readonly string[]; size: number; except: readonly string[] };

export type DecisionStore = {
  /**
   * Takes a chunk of waiting requests in order of arrival, lets `judge` say what the claims make of each, and writes the
   * decisions. While this runs nobody else decides for these doctors; those for whom somebody does are passed over, and
   * answered as `busy`. A request without a decision afterwards still waits, or was cancelled.
   */
  decideChunk: (
    chunk: Chunk,
    judge: (requests: UndecidedRequest[]) => Promise<Map<string, Verdict>>,
  ) => Promise<{ requests: UndecidedRequest[]; decided: Decided[]; busy: string[] }>;
  /** Doctors whose requests have waited longer than this, first whose has waited longest. */
  doctorsWaiting: (longerThanSeconds: number) => Promise<string[]>;
  /** Those of the given appointments that neither wait for a decision nor hold a slot. */
  findClosed: (ids: string[]) => Promise<string[]>;
};

type UndecidedRow = {
  id: string;
  slot_id: string;
  doctor_id: string;
  arrival: number;
  replaces_id: string | null;
};
type BusyRow = { id: null; doctor_id: string };

/**
 * The store on an open pool of AppointmentDB. Its statements are planned anew each time: the waiting line swings
 * between empty and long, and a plan made for one is wrong for the other.
 */
export function decisionStore(pool: pg.Pool): DecisionStore {
  const db = queryBuilder<AppointmentTables>(pool);
  return {
    decideChunk: (chunk, judge) =>
      inPlainTransaction(
        pool,
        async (client) => {
          const { requests, busy } = await takeChunk(client, chunk);
          if (requests.length === 0) return { requests, busy, decided: [] };
          const verdicts = await judge(requests);
          const moved = await decideReschedules(db, requests, verdicts);
          const others = await decideOthers(client, requests, verdicts);
          return { requests, busy, decided: [...moved, ...others] };
        },
        beginToDecide,
      ),
    doctorsWaiting: async (longerThanSeconds) => {
      const { rows } = await pool.query<{ doctor_id: string }>(waitingSql, [longerThanSeconds]);
      return rows.map((row) => row.doctor_id);
    },
    findClosed: async (ids) => {
      if (ids.length === 0) return [];
      const { rows } = await pool.query<{ id: string }>(closedSql, [ids]);
      return rows.map(({ id }) => id);
    },
  };
}

async function takeChunk(
  client: pg.ClientBase,
  { doctorIds, size, except }: Chunk,
): Promise<{ requests: UndecidedRequest[]; busy: string[] }> {
  const { rows } = await client.query<UndecidedRow | BusyRow>(takeSql, [size, except, doctorIds]);
  const requests: UndecidedRequest[] = [];
  const busy: string[] = [];
  for (const row of rows) {
    if (row.id === null) busy.push(row.doctor_id);
    else {
      const { id, slot_id, doctor_id, arrival, replaces_id } = row;
      requests.push({ id, slotId: slot_id, doctorId: doctor_id, arrival, replacesId: replaces_id });
    }
  }
  return { requests, busy };
}

/** Meanwhile the chunk's own transaction is idle; those that are left over are in the next chunk. */
const reschedulesWithinMs = 2_000;

/**
 * A reschedule gives up one appointment for another in a transaction of its own, before the rest, so that its
 * rivals find the slot held. Takes all of them out of `verdicts`.
 */
async function decideReschedules(
  db: Kysely<AppointmentTables>,
  requests: UndecidedRequest[],
  verdicts: Map<string, Verdict>,
): Promise<Decided[]> {
  const decided: Decided[] = [];
  const untilMs = performance.now() + reschedulesWithinMs;
  for (const request of requests) {
    const verdict = verdicts.get(request.id);
    if (!request.replacesId || verdict?.verdict !== 'win') continue;
    verdicts.delete(request.id);
    if (performance.now() > untilMs) continue;
    const one = await decideReschedule(db, request, verdict);
    if (one) decided.push(one);
  }
  return decided;
}

async function decideOthers(
  client: pg.ClientBase,
  requests: UndecidedRequest[],
  verdicts: Map<string, Verdict>,
): Promise<Decided[]> {
  if (verdicts.size === 0) return [];
  const arrivals = requests.map(({ arrival }) => arrival);
  const values = [JSON.stringify(Object.fromEntries(verdicts)), `{${arrivals.join(',')}}`];
  return (await client.query<Decided>(decideSql, values)).rows;
}

/** Those of the given doctors whose line is not empty: who was decided meanwhile needs no hint any more. */
export async function doctorsStillWaiting(client: pg.ClientBase, doctorIds: string[]): Promise<string[]> {
  const { rows } = await client.query<{ doctor_id: string }>(
    'SELECT DISTINCT doctor_id FROM undecided_requests WHERE doctor_id = ANY($1::uuid[])',
    [doctorIds],
  );
  return rows.map(({ doctor_id }) => doctor_id);
}
