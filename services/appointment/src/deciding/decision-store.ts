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
 * The earliest requests of the doctors whose lines nobody else is deciding at the moment: an advisory lock, until
 * the transaction ends, makes one worker at a time decide for a doctor, whatever the queue delivers to whom.
 */
const takeSql = `WITH front AS MATERIALIZED (
    SELECT id, slot_id, doctor_id, arrival, replaces_id FROM undecided_requests
    WHERE id <> ALL ($2::uuid[]) ORDER BY arrival LIMIT 2 * $1::integer
  ), mine AS MATERIALIZED (
    SELECT doctor_id FROM (SELECT DISTINCT doctor_id FROM front) AS lines
    WHERE pg_try_advisory_xact_lock(hashtextextended(doctor_id::text, ${advisoryLockSeeds.doctorLine}))
  )
  SELECT * FROM front WHERE doctor_id IN (SELECT doctor_id FROM mine) ORDER BY arrival LIMIT $1`;

const waitingSql = `SELECT DISTINCT doctor_id FROM undecided_requests
  WHERE requested_at < now() - make_interval(secs => $1)`;

const closedSql = `SELECT id FROM unnest($1::uuid[]) AS given (id)
  WHERE NOT EXISTS (SELECT FROM booking_requests r JOIN undecided_requests u USING (arrival)
      WHERE r.id = given.id)
    AND NOT EXISTS (SELECT FROM appointments a WHERE a.id = given.id
      AND a.status IN (${holdingSql}))`;

export type DecisionStore = {
  /**
   * Takes a chunk of at most `size` waiting requests in order of arrival, lets `judge` say what the claims make of each, and
   * writes the decisions. While this runs nobody else decides for the doctors of the chunk. A request without a
   * decision afterwards still waits, or was cancelled. Requests in `except` are passed over.
   */
  decideChunk: (
    chunk: { size: number; except: readonly string[] },
    judge: (requests: UndecidedRequest[]) => Promise<Map<string, Verdict>>,
  ) => Promise<{ requests: UndecidedRequest[]; decided: Decided[] }>;
  /** Doctors whose requests have waited longer than this. */
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

/**
 * The store on an open pool of AppointmentDB. Its statements are planned anew each time: the waiting line swings
 * between empty and long, and a plan made for one is wrong for the other.
 */
export function decisionStore(pool: pg.Pool): DecisionStore {
  const db = queryBuilder<AppointmentTables>(pool);
  return {
    decideChunk: (chunk, judge) =>
      inPlainTransaction(pool, async (client) => {
        const requests = await takeChunk(client, chunk);
        if (requests.length === 0) return { requests, decided: [] };
        const verdicts = await judge(requests);
        const moved = await decideReschedules(db, requests, verdicts);
        const others = await decideOthers(client, requests, verdicts);
        return { requests, decided: [...moved, ...others] };
      }),
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
  { size, except }: { size: number; except: readonly string[] },
): Promise<UndecidedRequest[]> {
  const { rows } = await client.query<UndecidedRow>(takeSql, [size, except]);
  return rows.map(({ id, slot_id, doctor_id, arrival, replaces_id }) => {
    return { id, slotId: slot_id, doctorId: doctor_id, arrival, replacesId: replaces_id };
  });
}

/**
 * A reschedule gives up one appointment for another in a transaction of its own, before the rest, so that its
 * rivals find the slot held. Takes what it decided out of `verdicts`.
 */
async function decideReschedules(
  db: Kysely<AppointmentTables>,
  requests: UndecidedRequest[],
  verdicts: Map<string, Verdict>,
): Promise<Decided[]> {
  const decided: Decided[] = [];
  for (const request of requests) {
    const verdict = verdicts.get(request.id);
    if (!request.replacesId || verdict?.verdict !== 'win') continue;
    const one = await decideReschedule(db, request, verdict);
    if (one) decided.push(one);
    verdicts.delete(request.id);
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
