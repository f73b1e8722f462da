import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { openPool } from '@consulta/platform/database';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';

const databases = ['users', 'schedules', 'appointments', 'bus'];

/**
 * All that a running system keeps, by where it is kept, as text: every row of every table of every database, with bytes
 * also read as text, the planner's samples of them, and every file of the data folder but PostgreSQL's own.
 */
export async function everythingKept(folder: string): Promise<Map<string, string>> {
  const kept = new Map<string, string>();
  for (const name of databases) {
    for (const [table, text] of await tablesOf(folder, name)) kept.set(`${name}.${table}`, text);
  }
  for (const path of await filesIn(folder)) kept.set(relative(folder, path), await readFile(path, 'latin1'));
  return kept;
}

async function tablesOf(folder: string, name: string): Promise<[string, string][]> {
  const pool = openPool({ url: await runningDatabaseUrl(join(folder, 'postgres'), name), connectionsMax: 1 });
  try {
    await pool.query('ANALYZE');
    await pool.query("SET bytea_output = 'escape'");
    const { rows } = await pool.query<{ table: string }>(`SELECT oid::regclass::text AS table FROM pg_class
      WHERE relkind IN ('r', 'm') AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`);
    const tables: [string, string][] = [];
    for (const table of [...rows.map((row) => row.table), 'pg_stats', 'pg_stat_activity']) {
      const { rows: lines } = await pool.query<{ line: string }>(`SELECT t::text AS line FROM ${table} t`);
      tables.push([table, lines.map(({ line }) => line).join('\n')]);
    }
    return tables;
  } finally {
    await pool.end();
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(folder, 'postgres')));
}

/** Where any of these words is found, in whatever encoding a file or a log would hold it. */
export function placesOf(words: string[], kept: Map<string, string>): string[] {
  const spellings = words.flatMap((word) => [
    word,
    Buffer.from(word).toString('latin1'),
    Buffer.from(word).toString('hex'),
    JSON.stringify(word).slice(1, -1),
  ]);
  return [...kept].flatMap(([place, text]) =>
    spellings.filter((word) => text.includes(word)).map((word) => `${place}: ${word}`),
  );
}
