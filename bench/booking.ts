/*
 * Bookings accepted and decided per second, end to end through HTTP, against pgbench's bare transaction on the
 * same PostgreSQL in the same run. See docs/benchmarks.md.
 *
 *   npm run bench:booking -- [--requests 30000] [--seconds 5]
 */
import { parseArgs } from 'node:util';
import { openPool, patientLimits } from '@consulta/platform/database';
import { removeFolder, startServer } from '../tests/support/server-process.ts';
import { openBaseline } from './support/booking-baseline.ts';
import { type Figures, flat, rivalsPerSlot, runLoad } from './support/booking-load.ts';
import { seedBookingWorld } from './support/booking-world.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '30000' }, seconds: { type: 'string', default: '5' } },
});
const requests = Number(values.requests);
const seconds = Number(values.seconds);
const connectionCounts = [64, 512];
const rounds = 2;

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
  const at = { world, appointments, port: server.port };
  await runLoad(at, { load: 'calm', connections: 64, count: warmUp });

  // Machines are shared: baseline and loads take turns, and of each the best round counts.
  const pgbench = await openBaseline(server.databaseUrl);
  const best = new Map<string, Figures>();
  const constrained: Record<number, number>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    constrained.push(await pgbench.run('constrained', seconds));
    for (const connections of connectionCounts) {
      for (const load of ['calm', 'rush'] as const) {
        const figures = await runLoad(at, { load, connections, count: requests });
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
