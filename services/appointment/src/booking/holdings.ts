import { readFileSync } from 'node:fs';
import { advisoryLockSeeds } from '@consulta/platform/database';
import type pg from 'pg';

const holdingsSql = readFileSync(new URL('holdings.sql', import.meta.url), 'utf8');

/** In order of the keys, so that two batches never wait for each other's patients. */
const turnsSql = `SELECT pg_advisory_xact_lock(key) FROM (
  SELECT DISTINCT hashtextextended(id::text, ${advisoryLockSeeds.patientHoldings}) AS key FROM unnest($1::uuid[]) AS patients (id) ORDER BY key) AS keys`;

/** What one patient holds in the future. */
export type Holding = {
  all: number;
  /** Undecided or unconfirmed. */
  open: number;
  byDoctor: Map<string, number>;
};

type HoldingRow = { patient_id: string; doctor_id: string; held: number; open: number; arriving: number };

/**
 * What patients hold in the future. Until the transaction ends nobody else counts or adds to it, in whatever process:
 * those who accept requests of a patient take turns.
 */
export async function lockHoldings(
  client: pg.ClientBase,
  patientIds: string[],
): Promise<(patientId: string) => Holding> {
  await client.query({ name: 'booking_turns', text: turnsSql, values: [patientIds] });
  const { rows } = await client.query<HoldingRow>({
    name: 'booking_holdings',
    text: holdingsSql,
    values: [patientIds],
  });
  const holdings = new Map(patientIds.map((id) => [id, nothingHeld()]));
  for (const { patient_id, doctor_id, held, open, arriving } of rows) {
    const holding = holdings.get(patient_id) ?? nothingHeld();
    holding.all += held;
    holding.open += open;
    holding.byDoctor.set(doctor_id, held + arriving);
  }
  return (patientId) => holdings.get(patientId) ?? nothingHeld();
}

const nothingHeld = (): Holding => ({ all: 0, open: 0, byDoctor: new Map() });
