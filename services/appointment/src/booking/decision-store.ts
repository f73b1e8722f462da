import { readFileSync } from 'node:fs';
import type { AppointmentStatus, RejectionReason } from '@consulta/contracts';
import type pg from 'pg';

/*
 * What AppointmentDB offers to the appointment-creator: the undecided requests and the writing of decisions.
 */

const decideSql = readFileSync(new URL('decide.sql', import.meta.url), 'utf8');

const takeSql = `SELECT id, slot_id, doctor_id FROM booking_requests
  WHERE decision IS NULL AND doctor_id = ANY($1::uuid[]) ORDER BY arrival LIMIT $2`;

const waitingSql = `SELECT DISTINCT doctor_id FROM booking_requests
  WHERE decision IS NULL AND requested_at < now() - make_interval(secs => $1)`;

const closedSql = `SELECT id::uuid FROM unnest($1::uuid[]) AS given (id)
  WHERE NOT EXISTS (SELECT FROM booking_requests r WHERE r.id = given.id AND r.decision IS NULL)
    AND NOT EXISTS (SELECT FROM appointments a WHERE a.id = given.id
      AND a.status IN ('awaiting_confirmation', 'confirmed', 'in_progress', 'concluded', 'no_show'))`;

export type UndecidedRequest = { id: string; slotId: string; doctorId: string };

/**
 * What the claims say of a request: it has the claim (`win`), another appointment has it (`lose`), or nobody
 * can have it (`refuse`).
 */
export type Verdict =
  | { id: string; verdict: 'win'; autoConfirm: boolean; confirmWithinHours: number | null }
  | { id: string; verdict: 'lose' }
  | { id: string; verdict: 'refuse'; reason: RejectionReason };

export type Decided = { id: string; status: AppointmentStatus };

export type DecisionStore = {
  /** The undecided requests for these doctors in order of arrival, at most `limit`. */
  takeUndecided: (doctorIds: string[], limit: number) => Promise<UndecidedRequest[]>;
  /** Doctors whose requests have waited longer than this. */
  doctorsWaiting: (longerThanSeconds: number) => Promise<string[]>;
  /** Writes decisions in one transaction; answers those made. What is missing is still undecided or was cancelled. */
  decide: (verdicts: Verdict[]) => Promise<Decided[]>;
  /** Those of the given appointments that neither wait for a decision nor hold a slot. */
  findClosed: (ids: string[]) => Promise<string[]>;
};

/** The store on an open pool of AppointmentDB. */
export function decisionStore(pool: pg.Pool): DecisionStore {
  return {
    takeUndecided: async (doctorIds, limit) => {
      const { rows } = await pool.query<{ id: string; slot_id: string; doctor_id: string }>({
        name: 'booking_take',
        text: takeSql,
        values: [doctorIds, limit],
      });
      return rows.map((row) => ({ id: row.id, slotId: row.slot_id, doctorId: row.doctor_id }));
    },
    doctorsWaiting: async (longerThanSeconds) => {
      const { rows } = await pool.query<{ doctor_id: string }>(waitingSql, [longerThanSeconds]);
      return rows.map((row) => row.doctor_id);
    },
    decide: async (verdicts) => {
      const values = [JSON.stringify(verdicts.map(toRow))];
      const { rows } = await pool.query<Decided>({ name: 'booking_decide', text: decideSql, values });
      return rows;
    },
    findClosed: async (ids) => {
      const { rows } = await pool.query<{ id: string }>(closedSql, [ids]);
      return rows.map(({ id }) => id);
    },
  };
}

const toRow = (verdict: Verdict) => ({
  id: verdict.id,
  verdict: verdict.verdict,
  reason: verdict.verdict === 'refuse' ? verdict.reason : null,
  auto_confirm: verdict.verdict === 'win' && verdict.autoConfirm,
  confirm_within_hours: verdict.verdict === 'win' ? verdict.confirmWithinHours : null,
});
