import type pg from 'pg';
import type { BookingWorld } from './booking-world.ts';
import { fire, percentile } from './http-load.ts';

/** Patients who want each slot in a rush. */
export const rivalsPerSlot = 20;

export type Figures = {
  load: 'calm' | 'rush';
  connections: number;
  perSecond: number;
  acceptanceMs: { p50: number; p99: number };
  decisionMs: { p50: number; p99: number };
};

/** Where bookings are sent, and where their decisions are read. */
export type Place = { world: BookingWorld; appointments: pg.Pool; port: number };

export type Load = {
  load: 'calm' | 'rush';
  connections: number;
  count: number;
  /** Sent at this rate; by default as fast as they are answered. */
  perSecond?: number | undefined;
};

/** Sends so many bookings and waits until the last is decided; throws where one is not accepted. */
export async function runLoad(
  { world, appointments, port }: Place,
  { load, connections, count, perSecond }: Load,
): Promise<Figures> {
  const shots = world.shots(load === 'calm' ? 1 : rivalsPerSlot, count);
  const startedMs = Date.now();
  const result = await fire({ host: '127.0.0.1', port, connections, shots, keepBodies: true, perSecond });
  const refused = result.status.filter((status) => status !== 202).length;
  if (refused > 0) throw new Error(`${refused} requests were not accepted`);
  const ids = (result.bodies ?? []).map((body) => (JSON.parse(body) as { id: string }).id);
  const decidedAtMs = await untilDecided(appointments, ids);
  const lastMs = decidedAtMs.reduce((a, b) => Math.max(a, b), 0);
  if (load === 'calm') await assertAllWon(appointments, ids);
  const waits = decidedAtMs.map((at, index) => at - (result.sentAtMs[index] ?? 0));
  return {
    load,
    connections,
    perSecond: Math.round(count / ((lastMs - startedMs) / 1000)),
    acceptanceMs: {
      p50: round(percentile(result.latencyMs, 0.5)),
      p99: round(percentile(result.latencyMs, 0.99)),
    },
    decisionMs: { p50: round(percentile(waits, 0.5)), p99: round(percentile(waits, 0.99)) },
  };
}

/** When each request was decided, in ms of the wall clock that server and bench share. */
async function untilDecided(pool: pg.Pool, ids: string[]): Promise<Float64Array> {
  for (;;) {
    const undecided = await pool.query('SELECT FROM undecided_requests LIMIT 1');
    if (undecided.rowCount === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rows } = await pool.query<{ id: string; at: number }>(
    'SELECT id, extract(epoch FROM decided_at)::float8 * 1000 AS at FROM appointment_overview WHERE id = ANY($1::uuid[])',
    [ids],
  );
  const at = new Map(rows.map((row) => [row.id, row.at]));
  return Float64Array.from(ids, (id) => at.get(id) ?? Number.NaN);
}

async function assertAllWon(pool: pg.Pool, ids: string[]): Promise<void> {
  const { rowCount } = await pool.query('SELECT FROM appointments WHERE id = ANY($1::uuid[])', [ids]);
  if (rowCount !== ids.length)
    throw new Error(`only ${rowCount} of ${ids.length} calm requests won their slot`);
}

function round(figure: number): number {
  return Math.round(figure * 10) / 10;
}

/** In one line, for a table. */
export function flat(figures: Figures) {
  const { acceptanceMs, decisionMs, ...rest } = figures;
  return {
    ...rest,
    'acceptance p50': acceptanceMs.p50,
    'acceptance p99': acceptanceMs.p99,
    'decision p50': decisionMs.p50,
    'decision p99': decisionMs.p99,
  };
}
