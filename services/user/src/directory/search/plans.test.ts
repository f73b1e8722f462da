import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DoctorSearchQuery } from '@consulta/contracts';
import { platformMigrations } from '@consulta/platform/database';
import { createLog } from '@consulta/platform/process';
import { createTestDatabase } from '@consulta/platform/testing';
import type pg from 'pg';
import { insertSampleDoctors } from '../../../seeding/sample-doctors.ts';
import { userMigrations } from '../../index.ts';
import { positionCursor, readSearch } from './filter.ts';
import { runPrepared, searchDoctors } from './search.ts';
import { openSearchPool } from './search-pool.ts';
import { movesMax, type Statement } from './statements.ts';
import { readStatistics } from './statistics.ts';

/*
 * Every kind of search on a directory of 100,000 doctors, each statement explained as it is executed: with the
 * service's settings and its generic plan.
 */
const doctors = 100_000;
/** Rows a search may read, over all its statements: a row of a table and its entry in an index are two. */
const rowsMax = 8_000;
/** And for most searches. */
const rowsOfMost = 1_500;

const database = await createTestDatabase([platformMigrations, userMigrations]);
const searchPool = openSearchPool(database.pool, createLog('silent'));
const client = await searchPool.connect();
after(async () => {
  client.release();
  await searchPool.end();
  await database.drop();
});
await insertSampleDoctors(database.pool, doctors);
const statistics = await readStatistics(searchPool);

type PlanNode = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
};
type Reading = { rows: number; readThrough: string[] };

const preparedNames = new Set<string>();

async function explain({ name, text, values }: Statement): Promise<PlanNode> {
  if (!preparedNames.has(name)) await client.query(`PREPARE "${name}" AS ${text}`);
  preparedNames.add(name);
  const literals = values.map((value) => (value === null ? 'NULL' : client.escapeLiteral(String(value))));
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON) EXECUTE "${name}"(${literals.join(', ')})`,
  );
  return rows[0]?.['QUERY PLAN'][0].Plan ?? assert.fail('no plan');
}

/** What a plan read from tables and indexes, and which tables it read through. */
function readingOf(node: PlanNode): Reading {
  const parts = (node.Plans ?? []).map(readingOf);
  const scans = /^(Seq|Index|Index Only|Bitmap Heap|Bitmap Index) Scan$/.test(node['Node Type']);
  const perLoop =
    node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  return {
    rows: parts.reduce((sum, part) => sum + part.rows, scans ? perLoop * node['Actual Loops'] : 0),
    readThrough: [
      ...(node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : []),
      ...parts.flatMap((part) => part.readThrough),
    ],
  };
}

async function reading(query: DoctorSearchQuery): Promise<Reading & { statements: number }> {
  const run = runPrepared(searchPool);
  const total = { rows: 0, readThrough: [] as string[], statements: 0 };
  await searchDoctors(
    async (statement) => {
      const { rows, readThrough } = readingOf(await explain(statement));
      total.rows += rows;
      total.readThrough.push(...readThrough);
      total.statements += 1;
      return run(statement);
    },
    readSearch(query, Date.now()),
    statistics,
  );
  return total;
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const scopes: DoctorSearchQuery[] = [
  {},
  { specialty: 'clinica medica' },
  { specialty: 'Genética Médica' },
  { specialty: 'Astrologia' },
];
const places: DoctorSearchQuery[] = [
  {},
  { state: 'SP' },
  { state: 'RR' },
  { city: 'sao paulo' },
  { city: 'Palmas' },
  { city: 'Nova Esperança', state: 'AC' },
  { city: 'nowhere' },
];
const narrowings: DoctorSearchQuery[] = [
  {},
  { insurance: 'unimed' },
  { insurance: 'Fundação Copel' },
  { mode: 'video' },
  { minRating: 3 },
  { minRating: 4.99 },
  { maxPriceCents: 12_500 },
  { maxPriceCents: 90_000 },
  { availableBefore: inDays(0.1) },
  { availableBefore: inDays(7) },
  { availableBefore: inDays(90) },
  { name: 'a' },
  { name: 'x' },
  { name: 'qx' },
  { name: 'da' },
  { name: 'silva' },
  { name: 'maria' },
  { name: 'ubirata' },
  { name: 'zikavexu' },
  { name: 'nobody at all' },
  { name: 'maria silva' },
  { name: 'silva e souza' },
  { name: 'silva', insurance: 'amil', maxPriceCents: 50_000 },
  { mode: 'video', insurance: 'omint', minRating: 4.5, maxPriceCents: 20_000 },
  { mode: 'video', minRating: 4.8, maxPriceCents: 15_000, availableBefore: inDays(5) },
  { crm: '150000' },
  { crm: '99-SP' },
];
const sorts = ['nextAvailable', 'price', 'name', 'rating'] as const;

test('no search reads a table through, and each reads a bounded number of rows', async (t) => {
  const readings: { query: string; rows: number; statements: number }[] = [];
  for (const scope of scopes) {
    for (const place of places) {
      for (const narrowing of narrowings) {
        for (const sort of sorts) {
          const query = { ...scope, ...place, ...narrowing, sort };
          const { rows, readThrough, statements } = await reading(query);
          assert.deepEqual(readThrough, [], JSON.stringify(query));
          readings.push({ query: JSON.stringify(query), rows, statements });
        }
      }
    }
  }
  readings.sort((a, b) => b.rows - a.rows);
  const share = readings.filter(({ rows }) => rows <= rowsOfMost).length / readings.length;
  t.diagnostic(`${readings.length} searches; ${(share * 100).toFixed(1)} % read at most ${rowsOfMost} rows`);
  for (const { query, rows, statements } of readings.slice(0, 3))
    t.diagnostic(`${rows} rows in ${statements}: ${query}`);
  assert.ok((readings[0]?.rows ?? 0) <= rowsMax, JSON.stringify(readings[0]));
  assert.ok(share > 0.97);
});

test('later pages cost no more than the first', async () => {
  const middle = '80000000-0000-7000-8000-000000000000';
  const keys = { nextAvailable: Date.now() + 10 * 86_400_000, price: 40_000, name: 'maria', rating: -400 };
  for (const place of places) {
    for (const narrowing of [
      {},
      { insurance: 'unimed' },
      { mode: 'video' as const, maxPriceCents: 60_000 },
    ]) {
      for (const sort of sorts) {
        const cursor = positionCursor(sort, { key: keys[sort], doctorId: middle, asOf: '1000:1000:' });
        const { rows, readThrough } = await reading({ ...place, ...narrowing, sort, cursor });
        assert.deepEqual(readThrough, []);
        assert.ok(rows <= rowsMax, `${rows} ${JSON.stringify({ ...place, ...narrowing, sort })}`);
      }
    }
  }
});

test('however many moved since, and whatever a cursor claims to have seen, a later page reads a bounded part', async () => {
  await database.pool.query(
    `INSERT INTO doctor_moves (doctor_id, next_key, price_key, name_key, rating_key)
     SELECT doctor_id, next_key, consultation_price_cents, name_key, rating_key FROM doctor_directory LIMIT 50000`,
  );
  await database.pool.query('ANALYZE doctor_moves');
  const doctorId = '80000000-0000-7000-8000-000000000000';
  for (const narrowing of [{}, { insurance: 'unimed' }, { name: 'silva' }]) {
    const cursor = positionCursor('price', { key: 40_000, doctorId, asOf: '1:1:' });
    const { rows, readThrough } = await reading({ ...narrowing, sort: 'price', cursor });
    assert.deepEqual(readThrough, []);
    // The move itself, and its doctor by an index.
    assert.ok(rows <= rowsMax + 4 * movesMax, `${rows} ${JSON.stringify(narrowing)}`);
  }
  await database.pool.query('DELETE FROM doctor_moves');
});

test('a page of a hundred reads in proportion', async () => {
  for (const query of [
    {},
    { specialty: 'pediatria' },
    { insurance: 'unimed', mode: 'video' as const },
    { name: 'silva' },
  ]) {
    for (const sort of sorts) {
      const { rows, readThrough } = await reading({ ...query, sort, limit: 100 });
      assert.deepEqual(readThrough, []);
      assert.ok(rows <= 2 * rowsMax, `${rows} ${JSON.stringify({ ...query, sort })}`);
    }
  }
});

test('one doctor’s change does not read through the others', async () => {
  const before = await scans(database.pool);
  await database.pool.query(
    'UPDATE doctor_directory SET next_available_at = now() WHERE doctor_id = (SELECT min(user_id::text)::uuid FROM doctors)',
  );
  assert.deepEqual(await scans(database.pool), before);
});

async function scans(pool: pg.Pool) {
  await pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await pool.query(
    "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname IN ('doctor_directory', 'doctor_orderings') ORDER BY 1",
  );
  return rows;
}
