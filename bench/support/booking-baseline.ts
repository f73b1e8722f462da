import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { appointmentMigrations } from '@consulta/appointment';
import { migrate, openPool, patientLimits, platformMigrations } from '@consulta/platform/database';

const execute = promisify(execFile);
const clientCounts = [8, 32, 64];

type Tables = 'constrained' | 'plain';

export type Baseline = {
  /** Transactions per second by number of clients. */
  run: (tables: Tables, seconds: number) => Promise<Record<number, number>>;
  close: () => Promise<void>;
};

/**
 * The bare transaction, one request and one appointment, by pgbench with prepared statements: into the
 * application's own tables (made by its migrations) and into tables with plain unique indexes alone. Ids and
 * times grow as the application's do, and no two rows conflict.
 */
export async function openBaseline(databaseUrl: (name: string) => Promise<string>): Promise<Baseline> {
  await assertPgbench();
  const server = openPool({ url: await databaseUrl('postgres'), connectionsMax: 1, limits: patientLimits });
  await server.query('CREATE DATABASE bench_baseline');
  await server.end();
  const url = await databaseUrl('bench_baseline');
  const pool = openPool({ url, connectionsMax: 2, limits: patientLimits });
  await migrate(pool, [platformMigrations, appointmentMigrations]);
  await pool.query(plainTables);
  await pool.end();
  const folder = await mkdtemp(join(tmpdir(), 'consulta-pgbench-'));
  const files = { constrained: join(folder, 'constrained.sql'), plain: join(folder, 'plain.sql') };
  await writeFile(files.constrained, script('booking_requests', 'appointments'));
  await writeFile(files.plain, script('plain_requests', 'plain_appointments'));

  // Each run starts counting where no earlier one has been.
  let start = 0;
  const run = async (tables: Tables, seconds: number) => {
    const byClients: Record<number, number> = {};
    for (const clients of clientCounts) {
      const counting = ['-D', `n=${start}`, '-c', String(clients), '-j', '2', '-T', String(seconds)];
      const { stdout } = await execute('pgbench', [
        '-n',
        '-M',
        'prepared',
        '-f',
        files[tables],
        ...counting,
        url,
      ]);
      byClients[clients] = Math.round(Number(/tps = ([\d.]+)/.exec(stdout)?.[1]));
      start += 1_000_000;
    }
    return byClients;
  };
  return { run, close: () => rm(folder, { recursive: true }) };
}

async function assertPgbench(): Promise<void> {
  await execute('pgbench', ['--version']).catch(() => {
    throw new Error(
      "pgbench is missing; it comes with PostgreSQL's client programs (Debian: apt-get install postgresql-client postgresql-contrib)",
    );
  });
}

const plainTables = `
  CREATE TABLE plain_requests (LIKE booking_requests INCLUDING DEFAULTS INCLUDING IDENTITY);
  ALTER TABLE plain_requests ADD PRIMARY KEY (id);
  CREATE TABLE plain_appointments (LIKE appointments INCLUDING DEFAULTS);
  ALTER TABLE plain_appointments ADD PRIMARY KEY (id), ADD UNIQUE (slot_id);`;

/** Client c uses the patients congruent to c, each at ever later times, so that no patient is in two places. */
function script(requests: string, appointments: string): string {
  const uuid = (kind: string, number: string) =>
    `('0000${kind}-0000-7000-8000-' || lpad(to_hex((${number})::bigint), 12, '0'))::uuid`;
  const columns = 'id, slot_id, doctor_id, patient_id, starts_at, ends_at';
  const values = `${uuid('aaaa', ':n * 64 + :client_id')}, ${uuid('bbbb', ':n * 64 + :client_id')}, ${uuid('cccc', ':doctor')},
    ${uuid('dddd', ':patient')}, timestamptz '2027-01-01' + :n * interval '30 minutes',
    timestamptz '2027-01-01' + :n * interval '30 minutes' + interval '20 minutes'`;
  return `\\set n :n + 1
\\set doctor random(1, 1000)
\\set patient :client_id + 64 * (:n % 31)
BEGIN;
INSERT INTO ${requests} (${columns}, schedule_id, time_zone, mode)
  VALUES (${values}, ${uuid('eeee', ':doctor')}, 'America/Sao_Paulo', 'in_person');
INSERT INTO ${appointments} (${columns}, status, booked_as)
  VALUES (${values}, 'awaiting_confirmation', 'awaiting_confirmation') ON CONFLICT DO NOTHING;
COMMIT;
`.replace(/\n {2,}/g, ' ');
}
