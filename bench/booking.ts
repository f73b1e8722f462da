/*
 * Bookings accepted and decided per second, end to end through HTTP, against pgbench's bare transaction on the
 * same PostgreSQL in the same run. See docs/benchmarks.md.
 *
 *   npm run bench:booking -- [--requests 30000] [--seconds 5]
 */
import { parseArgs } from 'node:util';
import { openPool, patientLimits } from '@consulta/platform/database';
import type pg from 'pg';
import { removeFolder, startServer } from '../tests/support/server-process.ts';
import { openBaseline } from './support/booking-baseline.ts';
import { type BookingWorld, seedBookingWorld } from './support/booking-world.ts';
import { fire, percentile } from './support/http-load.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '30000' }, seconds: { type: 'string', default: '5' } },
});
const requests = Number(values.requests);
const seconds = Number(values.seconds);
const rivalsPerSlot = 20;
const connectionCounts = [64, 512];
const rounds = 2;

type Figures = {
  load: 'calm' | 'rush';
  connections: number;
  perSecond: number;
  acceptanceMs: { p50: number; p99: number };
  decisionMs: { p50: number; p99: number };
};

const server = await startServer();
try {
  const appointments = openPool({
    url: await server.databaseUrl('appointments'),
    connectionsMax: 2,
    limits: patientLimits,
  });
  const warmUp = Math.min(10_000, requests);
  const slots = warmUp + rounds * connectionCounts.length * (requests + Math.ceil(requests / rivalsPerSlot));
  const world = await seedBookingWorld(server, { doctors: 1000, patients: 2000, slots });
  await runLoad(world, appointments, 'calm', 64, warmUp);

  // Machines are shared: baseline and loads take turns, and of each the best round counts.
  const pgbench = await openBaseline(server.databaseUrl);
  const best = new Map<string, Figures>();
  const constrained: Record<number, number>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    constrained.push(await pgbench.run('constrained', seconds));
    for (const connections of connectionCounts) {
      for (const load of ['calm', 'rush'] as const) {
        const figures = await runLoad(world, appointments, load, connections, requests);
        console.log(JSON.stringify(figures));
        const name = `${load} ${connections}`;
        if (figures.perSecond > (best.get(name)?.perSecond ?? 0)) best.set(name, figures);
      }
    }
  }
  const plain = await pgbench.run('plain', seconds);
  await pgbench.close();
  await appointments.end();
  const figures = [...best.values()];
  const perSecond = Math.max(...constrained.flatMap((each) => Object.values(each)));
  const baseline = { perSecond, constrained, plain };
  console.table(figures.map((each) => flat(each)));
  console.log('pgbench by clients, same constraints:', constrained, 'plain unique indexes:', plain);
  const ratio = Math.min(...figures.map((each) => each.perSecond / perSecond));
  console.log(
    JSON.stringify({
      bench: 'booking',
      figures,
      baseline,
      ratio: Number(ratio.toFixed(3)),
      target: 1,
      met: ratio >= 1,
    }),
  );
} finally {
  await server.terminate();
  await removeFolder(server.folder);
}

async function runLoad(
  world: BookingWorld,
  appointments: pg.Pool,
  load: 'calm' | 'rush',
  connections: number,
  count: number,
): Promise<Figures> {
  const shots = world.shots(load === 'calm' ? 1 : rivalsPerSlot, count);
  const startedMs = Date.now();
  const result = await fire({ host: '127.0.0.1', port: server.port, connections, shots, keepBodies: true });
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

function flat(figures: Figures) {
  const { acceptanceMs, decisionMs, ...rest } = figures;
  return {
    ...rest,
    'acceptance p50': acceptanceMs.p50,
    'acceptance p99': acceptanceMs.p99,
    'decision p50': decisionMs.p50,
    'decision p99': decisionMs.p99,
  };
}
