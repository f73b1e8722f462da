/*
 * Searches per second through HTTP, without and with the cache, against pgbench running the very same statements
 * on the same PostgreSQL in the same run. See docs/benchmarks.md.
 *
 *   npm run bench:search -- [--doctors 100000] [--queries 10000] [--seconds 8]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate, openPool, patientLimits, platformMigrations } from '@consulta/platform/database';
import { startEmbeddedPostgres } from '@consulta/platform/embedded/postgres';
import { createLog } from '@consulta/platform/process';
import { userMigrations } from '@consulta/user';
import { insertSampleDoctors } from '@consulta/user/seeding';
import { fire, percentile } from './support/http-load.ts';
import { recordStatements, runPgbench } from './support/search-baseline.ts';
import { makeQueries } from './support/search-queries.ts';
import { type SearchServer, startSearchServer } from './support/search-server-process.ts';

const { values } = parseArgs({
  options: {
    doctors: { type: 'string', default: '100000' },
    queries: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '8' },
  },
});
const connections = 64;
const target = 0.5;

const folder = await mkdtemp(join(tmpdir(), 'consulta-bench-search-'));
const postgres = await startEmbeddedPostgres({ folder, durable: true, log: createLog('error') });
try {
  const url = (await postgres.database('users'))();
  const place = { databaseUrl: url, keysFile: join(folder, 'keys.json') };
  const pool = openPool({ url, connectionsMax: 4, limits: patientLimits });
  await migrate(pool, [platformMigrations, userMigrations]);
  await insertSampleDoctors(pool, Number(values.doctors));
  const queries = makeQueries(Number(values.queries));

  const statements = await recordStatements(pool, queries);
  const baseline = await runPgbench(url, statements, Number(values.seconds));
  const uncached = await measure(await startSearchServer(place, 0), queries);
  // The cache meets what people do: a few searches are asked for over and over.
  const popular = Array.from(
    { length: queries.length * 4 },
    () => queries[Math.floor(queries.length * Math.random() ** 4)] ?? '',
  );
  const cached = await measure(await startSearchServer(place, 3_000), popular);
  await pool.end();

  console.log(
    `pgbench, the same ${statements.executed} statements: ${baseline.searchesPerSecond}/s`,
    baseline.byClients,
  );
  console.log('without the cache:', uncached);
  console.log('with the cache:', cached);
  const ratio = uncached.perSecond / baseline.searchesPerSecond;
  const figures = { doctors: Number(values.doctors), queries: queries.length, uncached, cached };
  console.log(
    JSON.stringify({
      bench: 'search',
      figures,
      baseline,
      ratio: Number(ratio.toFixed(3)),
      target,
      met: ratio >= target,
    }),
  );
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(server: SearchServer, queries: string[]) {
  const shots = queries.map((query) => ({
    wire: Buffer.from(
      `GET /api/v1/doctors?${query} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${server.token}\r\n\r\n`,
    ),
  }));
  const load = { host: '127.0.0.1', port: server.port, connections, keepBodies: false };
  await fire({ ...load, shots: shots.slice(0, 1_000) });
  const result = await fire({ ...load, shots });
  const failed = result.status.filter((status) => status !== 200).length;
  if (failed > 0) throw new Error(`${failed} searches failed`);
  const hitRatio = await server.stop();
  return {
    perSecond: Math.round(queries.length / result.seconds),
    p50Ms: Number(percentile(result.latencyMs, 0.5).toFixed(1)),
    p99Ms: Number(percentile(result.latencyMs, 0.99).toFixed(1)),
    hitRatio,
  };
}
