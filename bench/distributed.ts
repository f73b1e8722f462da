/*
 * Bookings accepted and decided per second through the gateway, by one and by two replicas of every service, beside the
 * embedded mode in the same run; and how long decisions take where each call of SNS and SQS takes 40 ms longer. See
 * docs/benchmarks.md.
 *
 *   npm run bench:distributed -- [--requests 10000]
 */
import { parseArgs } from 'node:util';
import { openPool, patientLimits } from '@consulta/platform/database';
import { processesListed, startDistributed } from '../tests/support/distributed.ts';
import { removeFolder, type ServerProcess, startServer } from '../tests/support/server-process.ts';
import { type Figures, flat, type Load, rivalsPerSlot, runLoad } from './support/booking-load.ts';
import { seedBookingWorld } from './support/booking-world.ts';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '10000' } } });
const requests = Number(values.requests);
const delayMs = 40;
const loads: Load[] = [
  { load: 'calm', connections: 64, count: requests },
  { load: 'rush', connections: 64, count: requests },
  { load: 'calm', connections: 512, count: requests },
];
const paced: Load = { load: 'calm', connections: 256, count: 4_000, perSecond: 200 };

const embedded = await measure(startServer, loads);
const one = await measure(() => startDistributed({ environment: { REPLICAS: '1' } }), loads);
const two = await measure(() => startDistributed(), loads);
const far = await measure(
  () => startDistributed({ environment: { FAUXQS_DELAY_MS: String(delayMs) } }),
  [paced],
);

const named = (mode: string, { figures }: Measured) => figures.map((each) => ({ mode, ...flat(each) }));
console.table([
  ...named('embedded', embedded),
  ...named('one replica', one),
  ...named('two replicas', two),
  ...named(`two, SNS and SQS ${delayMs} ms away`, far),
]);
console.log('what each of two replicas did:', two.shares);
const [decision] = far.figures.map(({ decisionMs }) => decisionMs);
const ratio = Number(
  Math.min(...two.figures.map((each, index) => each.perSecond / speedOf(one, index))).toFixed(3),
);
const met = ratio >= 0.9 && (decision?.p50 ?? Number.NaN) <= 300 && (decision?.p99 ?? Number.NaN) <= 1_000;
console.log(
  JSON.stringify({
    bench: 'distributed',
    figures: { two: two.figures, far: far.figures },
    baseline: { one: one.figures, embedded: embedded.figures },
    ...{ ratio, target: 0.9, met },
  }),
);

type Measured = { figures: Figures[]; shares: Record<string, number> };

function speedOf({ figures }: Measured, index: number): number {
  return figures[index]?.perSecond ?? Number.NaN;
}

/** Starts a system, puts it under each load after a first one that warms it up, and stops it. */
async function measure(start: () => Promise<ServerProcess>, loads: Load[]): Promise<Measured> {
  const server = await start();
  try {
    const url = await server.databaseUrl('appointments');
    const appointments = openPool({ url, connectionsMax: 2, limits: patientLimits });
    const warmUp: Load = { load: 'calm', connections: 64, count: Math.min(5_000, requests) };
    const slots = [warmUp, ...loads].reduce((sum, { load, count }) => sum + slotsFor(load, count), 0);
    const world = await seedBookingWorld(server, { doctors: 1000, patients: 2000, slots });
    const at = { world, appointments, port: server.port };
    await runLoad(at, warmUp);
    const figures: Figures[] = [];
    for (const load of loads) figures.push(await runLoad(at, load));
    const shares = await sharesOf(server);
    await appointments.end();
    return { figures, shares };
  } finally {
    await server.terminate();
    await removeFolder(server.folder);
  }
}

const slotsFor = (load: Load['load'], count: number) =>
  load === 'calm' ? count : Math.ceil(count / rivalsPerSlot);

/** Of each replica that takes part in bookings: what it accepted or decided. Empty for the embedded mode. */
async function sharesOf({ folder }: ServerProcess): Promise<Record<string, number>> {
  const processes = Object.entries(await processesListed(folder).catch(() => ({})));
  const shares = processes.flatMap(([name, { internalPort }]) => {
    const metric = countedBy.find(({ service }) => name.startsWith(service))?.metric;
    return metric && internalPort ? [[name, countOf(internalPort, metric)] as const] : [];
  });
  return Object.fromEntries(
    await Promise.all(shares.map(async ([name, count]) => [name, await count] as const)),
  );
}

const countedBy = [
  { service: 'appointment-creator-', metric: /^consulta_booking_decisions_total(?:\{[^}]*\})? (\S+)$/gm },
  {
    service: 'appointment-',
    metric:
      /^consulta_http_request_duration_seconds_count\{(?=[^}]*method="POST")(?=[^}]*route="\/api\/v1\/appointments")[^}]*\} (\S+)$/gm,
  },
];

async function countOf(internalPort: number, metric: RegExp): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${internalPort}/metrics`)).text();
  return [...text.matchAll(metric)].reduce((sum, [, count]) => sum + Number(count), 0);
}
