import { readFileSync } from 'node:fs';
import type { AppointmentStatus, RejectionReason } from '@consulta/contracts';
import { queryBuilder } from '@consulta/platform';
import type pg from 'pg';
import type { AppointmentTables } from '../tables.ts';
import { decideReplacement } from './replacement.ts';

/*
 * What AppointmentDB offers to the appointment-creator: the undecided requests and the writing of decisions.
 */

const decideSql = readFileSync(new URL('decide.sql', import.meta.url), 'utf8');

const takeSql = `SELECT id, slot_id, doctor_id, arrival, replaces_id FROM undecided_requests
  WHERE doctor_id = ANY($1::uuid[]) ORDER BY arrival LIMIT $2`;

const waitingSql = `SELECT DISTINCT doctor_id FROM undecided_requests
  WHERE requested_at < now() - make_interval(secs => $1)`;

const closedSql = `SELECT id FROM unnest($1::uuid[]) AS given (id)
  WHERE NOT EXISTS (SELECT FROM booking_requests r JOIN undecided_requests u USING (doctor_id, arrival)
      WHERE r.id = given.id)
    AND NOT EXISTS (SELECT FROM appointments a WHERE a.id = given.id
      AND a.status IN ('awaiting_confirmation', 'confirmed', 'in_progress', 'concluded', 'no_show'))`;

/** `arrival` tells the order in which requests came. */
export type UndecidedRequest = {
  id: string;
  slotId: string;
  doctorId: string;
  arrival: number;
  /** The appointment to give up for this one. */
  replacesId: string | null;
};

/**
 * What the claims say of a request: it has the claim (`win`), another appointment has it (`lose`), or nobody
 * can have it (`refuse`).
 */
export type Verdict =
  | { verdict: 'win'; autoConfirm: boolean; confirmWithinHours: number | null }
  | { verdict: 'lose' }
  | { verdict: 'refuse'; reason: RejectionReason };

export type Decided = { id: string; status: AppointmentStatus };

export type DecisionStore = {
  /** The undecided requests for these doctors in order of arrival, at most `limit`. */
  takeUndecided: (doctorIds: string[], limit: number) => Promise<UndecidedRequest[]>;
  /** Doctors whose requests have waited longer than this. */
  doctorsWaiting: (longerThanSeconds: number) => Promise<string[]>;
  /**
   * Writes decisions on a chunk, by the verdict on each request's id; answers those made.
   * What is missing is still undecided or was cancelled.
   */
  decide: (chunk: UndecidedRequest[], verdicts: Map<string, Verdict>) => Promise<Decided[]>;
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
    takeUndecided: async (doctorIds, limit) => {
      const { rows } = await pool.query<UndecidedRow>(takeSql, [doctorIds, limit]);
      return rows.map(({ id, slot_id, doctor_id, arrival, replaces_id }) => {
        return { id, slotId: slot_id, doctorId: doctor_id, arrival, replacesId: replaces_id };
      });
    },
    doctorsWaiting: async (longerThanSeconds) => {
      const { rows } = await pool.query<{ doctor_id: string }>(waitingSql, [longerThanSeconds]);
      return rows.map((row) => row.doctor_id);
    },
    decide: async (chunk, verdicts) => {
      // A replacement gives up one appointment for another in a transaction of its own; the rest goes in one
      // statement, after it, so that the replacement's rivals find its slot held.
      const replacing = chunk.filter(
        ({ id, replacesId }) => replacesId && verdicts.get(id)?.verdict === 'win',
      );
      const decided: Decided[] = [];
      for (const request of replacing) {
        const one = await decideReplacement(db, request, verdicts.get(request.id));
        if (one) decided.push(one);
      }
      const remaining = new Map(verdicts);
      for (const { id } of replacing) remaining.delete(id);
      if (remaining.size === 0) return decided;
      const doctorIds = [...new Set(chunk.map(({ doctorId }) => doctorId))];
      const lastArrival = chunk.reduce((last, { arrival }) => Math.max(last, arrival), 0);
      const values = [JSON.stringify(Object.fromEntries(remaining)), doctorIds, lastArrival];
      const { rows } = await pool.query<Decided>(decideSql, values);
      return [...decided, ...rows];
    },
    findClosed: async (ids) => {
      if (ids.length === 0) return [];
      const { rows } = await pool.query<{ id: string }>(closedSql, [ids]);
      return rows.map(({ id }) => id);
    },
  };
}
