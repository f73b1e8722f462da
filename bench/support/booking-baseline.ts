import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { appointmentMigrations } from '@consulta/appointment';
import { migrate, openPool, platformMigrations } from '@consulta/platform';

const run = promisify(execFile);
const clientCounts = [8, 32, 64];

type Best = { best: number; byClients: Record<number, number> };

/**
 * The bare transaction, one request and one appointment, by pgbench with prepared statements: into the
 * application's own tables (made by its migrations) and into tables with plain unique indexes alone. Ids and
 * times grow as the application's do, and no two rows conflict.
 */
export async function bestOfPgbench(
  databaseUrl: (name: string) => Promise<string>,
  options: { seconds: number },
): Promise<{ constrained: Best; plain: Best }> {
  await assertPgbench();
  const server = openPool({ url: await databaseUrl('postgres'), connectionsMax: 1 });
  await server.query('CREATE DATABASE bench_baseline');
  await server.end();
  const url = await databaseUrl('bench_baseline');
  const pool = openPool({ url, connectionsMax: 2 });
  await migrate(pool, [platformMigrations, appointmentMigrations]);
  await pool.query(plainTables);
  await pool.end();
  const constrained = await best(url, script('booking_requests', 'appointments'), options.seconds);
  const plain = await best(url, script('plain_requests', 'plain_appointments'), options.seconds);
  return { constrained, plain };
}

async function assertPgbench(): Promise<void> {
  await run('pgbench', ['--version']).catch(() => {
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

async function best(url: string, text: string, seconds: number): Promise<Best> {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-pgbench-'));
  const file = join(folder, 'booking.sql');
  await writeFile(file, text);
  const byClients: Record<number, number> = {};
  let start = 0;
  for (const clients of clientCounts) {
    // Each round starts counting where no earlier one has been.
    const args = [
      '-n',
      '-M',
      'prepared',
      '-f',
      file,
      '-D',
      `n=${start}`,
      '-c',
      String(clients),
      '-j',
      '2',
      '-T',
      String(seconds),
    ];
    const { stdout } = await run('pgbench', [...args, url]);
    byClients[clients] = Math.round(Number(/tps = ([\d.]+)/.exec(stdout)?.[1]));
    start += 10_000_000;
  }
  await rm(folder, { recursive: true });
  return { best: Math.max(...Object.values(byClients)), byClients };
}
