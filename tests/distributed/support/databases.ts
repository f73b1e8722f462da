import { join } from 'node:path';
import { openPool } from '@consulta/platform/database';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';
import type pg from 'pg';

/*
 * One database goes away while the others stay: the three lie on one server here, and elsewhere on a server each.
 */

type Name = 'users' | 'schedules' | 'appointments';

async function administration(folder: string): Promise<pg.Pool> {
  return openPool({ url: await runningDatabaseUrl(join(folder, 'postgres'), 'postgres'), connectionsMax: 1 });
}

/** Ends a database's sessions and lets nobody in, until the answer is called: as where its server was killed. */
export async function closeDatabase(folder: string, name: Name): Promise<() => Promise<void>> {
  const pool = await administration(folder);
  await pool.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
  await pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  return async () => {
    await pool.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    await pool.end();
  };
}

/**
 * Stops a database's sessions and lets nobody else in, until the answer is called: as where its server stands still. Each is
 * stopped while it waits for a statement: one that holds a lock of the server would stop the other databases as well.
 */
export async function freezeDatabase(folder: string, name: Name): Promise<() => Promise<void>> {
  const pool = await administration(folder);
  await pool.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
  const frozen = new Set<number>();
  for (let left = await sessionsOf(pool, name); left.some(({ pid }) => !frozen.has(pid)); ) {
    const idle = left.filter(({ pid, waits }) => waits && !frozen.has(pid)).map(({ pid }) => pid);
    for (const pid of idle) signal(pid, 'SIGSTOP');
    left = await sessionsOf(pool, name);
    const caught = new Set(left.filter(({ waits }) => waits).map(({ pid }) => pid));
    for (const pid of idle) {
      if (caught.has(pid)) frozen.add(pid);
      else signal(pid, 'SIGCONT');
    }
  }
  return async () => {
    for (const pid of frozen) signal(pid, 'SIGCONT');
    await pool.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    await pool.end();
  };
}

/** A database's sessions, and of each whether it waits for its client. */
async function sessionsOf(pool: pg.Pool, name: Name): Promise<{ pid: number; waits: boolean }[]> {
  const { rows } = await pool.query<{ pid: number; waits: boolean }>(
    `SELECT pid, coalesce(wait_event = 'ClientRead', false) AS waits
     FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
    [name],
  );
  return rows;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
