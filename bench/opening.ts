/*
 * The opening hour: patients on as many open connections ask within a second for one doctor's slots and wait for the
 * decision (`Prefer: wait`); the same without waiting, in the same run, is the baseline. See docs/benchmarks.md.
 *
 *   npm run bench:opening -- [--patients 15000] [--slots 40]
 *
 * More patients than one process can hold connections ask at the two replicas of npm run distributed, beside the embedded
 * mode with 15,000.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { openPool, patientLimits } from '@consulta/platform/database';
import type pg from 'pg';
import { processesListed, startDistributed } from '../tests/support/distributed.ts';
import { removeFolder, type ServerProcess, startServer } from '../tests/support/server-process.ts';
import { type BookingWorld, seedBookingWorld } from './support/booking-world.ts';
import { percentile } from './support/http-load.ts';
import type { Crowd, CrowdResult } from './support/opening-crowd.ts';

const { values } = parseArgs({
  options: { patients: { type: 'string', default: '15000' }, slots: { type: 'string', default: '40' } },
});
const patients = Number(values.patients);
const slots = Number(values.slots);
/** A process may hold some 20,000 open files, and keeps 1,000 for everything else. */
const onePortMax = 18_000;
const embeddedPatients = 15_000;
const targetMs = 3_000;
const crowdProgram = new URL('support/opening-crowd.ts', import.meta.url);

const embedded = await openingHours(
  startServer,
  async ({ port }) => [port],
  Math.min(patients, embeddedPatients),
);
if (patients <= onePortMax) {
  const { figures, baseline } = embedded;
  console.table({ 'without waiting': baseline, 'Prefer: wait': figures });
  report({ figures, baseline });
} else {
  const { figures, baseline } = await openingHours(startDistributed, portsOfAppointment, patients);
  console.table({
    'one process without waiting': embedded.baseline,
    'one process, Prefer: wait': embedded.figures,
    'two replicas without waiting': baseline,
    'two replicas, Prefer: wait': figures,
  });
  report({ figures, baseline: embedded.figures });
}

function report({ figures, baseline }: { figures: Figures; baseline: Figures }): void {
  const met = figures.lastAnswerMs <= targetMs && figures.errors + baseline.errors === 0;
  const ratio = Number((figures.lastAnswerMs / baseline.lastAnswerMs).toFixed(2));
  console.log(JSON.stringify({ bench: 'opening', figures, baseline, ratio, target: targetMs, met }));
}

/** Where the replicas of the appointment service listen: the gateway could not hold so many connections. */
async function portsOfAppointment({ folder }: ServerProcess): Promise<number[]> {
  const processes = Object.entries(await processesListed(folder));
  return processes.flatMap(([name, { port }]) => (/^appointment-\d$/.test(name) && port ? [port] : []));
}

/** The same crowd with and without waiting, after one that warms everything up. */
async function openingHours(
  start: () => Promise<ServerProcess>,
  portsOf: (server: ServerProcess) => Promise<number[]>,
  crowd: number,
): Promise<{ baseline: Figures; figures: Figures }> {
  const server = await start();
  try {
    const url = await server.databaseUrl('appointments');
    const pool = openPool({ url, connectionsMax: 2, limits: patientLimits });
    const world = await seedBookingWorld(server, { doctors: 1, patients: crowd, slots: 3 * slots });
    const at = { pool, world, ports: await portsOf(server), crowd };
    await openingHour(at, 0);
    const baseline = await openingHour(at, 0);
    const figures = await openingHour(at, 10);
    await pool.end();
    return { baseline, figures };
  } finally {
    await server.terminate();
    await removeFolder(server.folder);
  }
}

type Place = { pool: pg.Pool; world: BookingWorld; ports: number[]; crowd: number };
type Figures = Awaited<ReturnType<typeof openingHour>>;

/** Lets the crowd ask for slots that nobody has asked for yet. Times are in ms after the last request was sent. */
async function openingHour({ pool, world, ports, crowd }: Place, waitSeconds: number) {
  const shots = world.shots(Math.ceil(crowd / slots), crowd, { waitSeconds });
  const before = await bookedIds(pool);
  const result = await crowdAsks(ports, shuffled(shots.map(({ wire }) => wire.toString('base64'))));
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
    errors: crowd - expected,
  };
}

/** Has a process of its own ask at each port, all at the same time. */
async function crowdAsks(ports: number[], wires: string[]): Promise<CrowdResult> {
  const children = ports.map(() => fork(crowdProgram, { serialization: 'advanced' }));
  for (const [index, port] of ports.entries()) {
    const own = wires.filter((_, each) => each % ports.length === index);
    const crowd: Crowd = { host: '127.0.0.1', port, wires: own, withinMs: 1_000 };
    const opened = children[index] && once(children[index], 'message');
    children[index]?.send(crowd);
    await opened;
  }
  const results = children.map(async (child) => {
    child.send('go');
    const [result] = (await once(child, 'message')) as [CrowdResult];
    return result;
  });
  return (await Promise.all(results)).reduce(together);
}

const together = (one: CrowdResult, other: CrowdResult): CrowdResult => {
  const statuses = { ...one.statuses };
  for (const [status, count] of Object.entries(other.statuses)) {
    statuses[Number(status)] = (statuses[Number(status)] ?? 0) + count;
  }
  return {
    statuses,
    closed: one.closed + other.closed,
    latencyMs: [...one.latencyMs, ...other.latencyMs],
    lastSentMs: Math.max(one.lastSentMs, other.lastSentMs),
    lastAnsweredMs: Math.max(one.lastAnsweredMs, other.lastAnsweredMs),
  };
};

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
