/*
 * The opening hour: patients on as many open connections ask within a second for one doctor's slots and wait for the
 * decision (`Prefer: wait`); the same without waiting, in the same run, is the baseline. See docs/benchmarks.md.
 *
 *   npm run bench:opening -- [--patients 15000] [--slots 40]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { openPool, patientLimits } from '@consulta/platform/database';
import type pg from 'pg';
import { removeFolder, type ServerProcess, startServer } from '../tests/support/server-process.ts';
import { type BookingWorld, seedBookingWorld } from './support/booking-world.ts';
import { percentile } from './support/http-load.ts';
import type { Crowd, CrowdResult } from './support/opening-crowd.ts';

const { values } = parseArgs({
  options: { patients: { type: 'string', default: '15000' }, slots: { type: 'string', default: '40' } },
});
const patients = Number(values.patients);
const slots = Number(values.slots);
const targetMs = 3_000;
const crowdProgram = new URL('support/opening-crowd.ts', import.meta.url);

const server = await startServer();
try {
  const appointments = openPool({
    url: await server.databaseUrl('appointments'),
    connectionsMax: 2,
    limits: patientLimits,
  });
  const world = await seedBookingWorld(server, { doctors: 1, patients, slots: 3 * slots });
  await openingHour(server, world, appointments, 0);
  const baseline = await openingHour(server, world, appointments, 0);
  const figures = await openingHour(server, world, appointments, 10);
  await appointments.end();
  console.table({ 'without waiting': baseline, 'Prefer: wait': figures });
  const met = figures.lastAnswerMs <= targetMs && figures.errors + baseline.errors === 0;
  const ratio = Number((figures.lastAnswerMs / baseline.lastAnswerMs).toFixed(2));
  console.log(JSON.stringify({ bench: 'opening', figures, baseline, ratio, target: targetMs, met }));
} finally {
  await server.terminate();
  await removeFolder(server.folder);
}

/** Lets the crowd ask for slots that nobody has asked for yet. Times are in ms after the last request was sent. */
async function openingHour(server: ServerProcess, world: BookingWorld, pool: pg.Pool, waitSeconds: number) {
  const shots = world.shots(Math.ceil(patients / slots), patients, { waitSeconds });
  const before = await bookedIds(pool);
  const result = await crowdAsks(server.port, shuffled(shots.map(({ wire }) => wire.toString('base64'))));
  const decidedAtMs = await lastDecisionMs(pool);
  const booked = (await bookedIds(pool)).filter((id) => !before.includes(id));
  if (booked.length !== slots) throw new Error(`${booked.length} of ${slots} slots were booked`);
  await assertFirstCameFirst(pool, booked);
  const expected =
    waitSeconds > 0 ? (result.statuses[201] ?? 0) + (result.statuses[409] ?? 0) : (result.statuses[202] ?? 0);
  if (waitSeconds > 0 && result.statuses[201] !== slots)
    throw new Error(`statuses: ${JSON.stringify(result.statuses)}`);
  const latencies = Float64Array.from(result.latencyMs);
  return {
    lastAnswerMs: result.lastAnsweredMs - result.lastSentMs,
    lastDecisionMs: Math.round(decidedAtMs - result.lastSentMs),
    answerP50Ms: Math.round(percentile(latencies, 0.5)),
    answerP99Ms: Math.round(percentile(latencies, 0.99)),
    booked: booked.length,
    errors: patients - expected,
  };
}

async function crowdAsks(port: number, wires: string[]): Promise<CrowdResult> {
  const child = fork(crowdProgram, { serialization: 'advanced' });
  const crowd: Crowd = { host: '127.0.0.1', port, wires, withinMs: 1_000 };
  child.send(crowd);
  await once(child, 'message');
  child.send('go');
  const [result] = (await once(child, 'message')) as [CrowdResult];
  return result;
}

async function lastDecisionMs(pool: pg.Pool): Promise<number> {
  while ((await pool.query('SELECT FROM undecided_requests LIMIT 1')).rowCount) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rows } = await pool.query<{ at: number }>(
    'SELECT extract(epoch FROM max(decided_at))::float8 * 1000 AS at FROM appointment_overview',
  );
  return rows[0]?.at ?? Number.NaN;
}

async function bookedIds(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM appointments');
  return rows.map(({ id }) => id);
}

/** Of those who asked for a slot, whose request arrived first has it. */
async function assertFirstCameFirst(pool: pg.Pool, booked: string[]): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(
    'SELECT DISTINCT ON (slot_id) id FROM booking_requests ORDER BY slot_id, arrival',
  );
  const first = new Set(rows.map(({ id }) => id));
  const late = booked.filter((id) => !first.has(id));
  if (late.length > 0) throw new Error(`${late.length} slots went to somebody who came later`);
}

function shuffled<T>(list: T[]): T[] {
  const keyed = list.map((each) => ({ each, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ each }) => each);
}
