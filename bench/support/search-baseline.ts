import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DoctorSearchQuery } from '@consulta/contracts';
import { searchStatements } from '@consulta/user/seeding';
import type pg from 'pg';

const run = promisify(execFile);
const clientCounts = [8, 32];
/** pgbench takes no more script files than this. */
const scriptsMax = 128;

type Shape = { text: string; parameters: unknown[][] };
export type Recorded = { shapes: Shape[]; searches: number; executed: number; settings: string };

const numeric = new Set(['limit', 'maxPriceCents', 'minRating']);

/** Runs every query once, as the service does, and keeps the statements it executed, by their text. */
export async function recordStatements(pool: pg.Pool, queries: string[]): Promise<Recorded> {
  const shapes = new Map<string, Shape>();
  let executed = 0;
  const { search, settings, close } = await searchStatements(pool, ({ text, values }) => {
    executed += 1;
    // A null is part of the text: a pgbench variable cannot hold one.
    const nulls = values.flatMap((value, index) => (value === null ? [index + 1] : []));
    const key = nulls.reduce(
      (each, index) => each.replaceAll(new RegExp(`\\$${index}\\b`, 'g'), 'NULL'),
      text,
    );
    const shape = shapes.get(key) ?? { text: key, parameters: [] };
    shapes.set(key, shape);
    shape.parameters.push(values);
  });
  for (const query of queries) {
    const fields = [...new URLSearchParams(query)].map(([name, value]) => [
      name,
      numeric.has(name) ? Number(value) : value,
    ]);
    await search(Object.fromEntries(fields) as DoctorSearchQuery);
  }
  await close();
  return { shapes: [...shapes.values()], searches: queries.length, executed, settings };
}

/**
 * The statements by pgbench, prepared, in the mix they were recorded in, each with the parameters of one of its
 * executions, which it draws from a table. That draw is measured alone as well and its time taken off.
 */
export async function runPgbench(url: string, recorded: Recorded, seconds: number) {
  const shapes = [...recorded.shapes]
    .sort((a, b) => b.parameters.length - a.parameters.length)
    .slice(0, scriptsMax);
  const folder = await mkdtemp(join(tmpdir(), 'consulta-pgbench-'));
  try {
    await storeParameters(url, shapes);
    const byClients: Record<number, { statementsPerSecond: number; drawsPerSecond: number }> = {};
    for (const clients of clientCounts) {
      const statementsPerSecond = await rate(url, folder, shapes, recorded.settings, {
        clients,
        seconds,
        drawOnly: false,
      });
      const drawsPerSecond = await rate(url, folder, shapes, recorded.settings, {
        clients,
        seconds: 3,
        drawOnly: true,
      });
      byClients[clients] = { statementsPerSecond, drawsPerSecond };
    }
    const best = Math.max(
      ...Object.values(byClients).map(
        ({ statementsPerSecond: all, drawsPerSecond: draws }) => 1 / (1 / all - 1 / draws),
      ),
    );
    // A search may take more than one statement, where the first gave up.
    const searchesPerSecond = Math.round((best * recorded.searches) / recorded.executed);
    return { searchesPerSecond, statementsPerSecond: Math.round(best), byClients, shapes: shapes.length };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const table = (index: number) => `bench_parameters_${index}`;

async function storeParameters(url: string, shapes: Shape[]): Promise<void> {
  const { openPool, patientLimits } = await import('@consulta/platform/database');
  const pool = openPool({ url, connectionsMax: 1, limits: patientLimits });
  for (const [index, { parameters }] of shapes.entries()) {
    const names = (parameters[0] ?? []).map((_, i) => `v${i + 1}`);
    await pool.query(
      `CREATE TABLE ${table(index)} (i integer PRIMARY KEY, ${names.map((name) => `${name} text`).join(', ')})`,
    );
    const rows = parameters.map((values, i) => ({
      i: i + 1,
      ...Object.fromEntries(values.map((v, k) => [`v${k + 1}`, v === null ? '' : textOf(v)])),
    }));
    await pool.query(
      `INSERT INTO ${table(index)} SELECT * FROM json_populate_recordset(NULL::${table(index)}, $1)`,
      [JSON.stringify(rows)],
    );
  }
  await pool.query('ANALYZE');
  await pool.end();
}

/** As the driver sends it: arrays in PostgreSQL's notation, everything else as text. */
function textOf(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return `{${value.map((each) => `"${String(each).replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

type Round = { clients: number; seconds: number; drawOnly: boolean };

async function rate(
  url: string,
  folder: string,
  shapes: Shape[],
  settings: string,
  round: Round,
): Promise<number> {
  const files: string[] = [];
  for (const [index, { text, parameters }] of shapes.entries()) {
    const file = join(folder, `${round.drawOnly ? 'draw' : 'search'}-${index}.sql`);
    const names = (parameters[0] ?? []).map((_, i) => `v${i + 1}`);
    const draw = `\\set i random(1, ${parameters.length})\nSELECT ${names.join(', ')} FROM ${table(index)} WHERE i = :i \\gset\n`;
    const statement = text.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/\$(\d+)/g, ':v$1');
    await writeFile(file, round.drawOnly ? draw : `${draw}${statement};\n`);
    files.push('-f', `${file}@${parameters.length}`);
  }
  const { clients, seconds } = round;
  const args = [
    '-n',
    '-M',
    'prepared',
    '-c',
    String(clients),
    '-j',
    '2',
    '-T',
    String(seconds),
    ...files,
    url,
  ];
  const { stdout } = await run('pgbench', args, {
    env: { ...process.env, PGOPTIONS: settings },
    maxBuffer: 1e8,
  });
  return Math.round(Number(/tps = ([\d.]+)/.exec(stdout)?.[1]));
}
