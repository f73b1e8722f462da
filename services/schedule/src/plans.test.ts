import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { idBeforeAll } from '@consulta/contracts';
import { platformMigrations, uuidArray } from '@consulta/platform/database';
import { createTestDatabase } from '@consulta/platform/testing';
import { seedSlots } from '../testing/harness.ts';
import { scheduleMigrations } from './migrations.ts';
import { planByIndex, planInOrder } from './query-plans.ts';

const { pool, drop } = await createTestDatabase([platformMigrations, scheduleMigrations]);
after(drop);

// 200,000 slots of 1,000 doctors, a fifth of them taken, and as many releases remembered.
const slots: string[] = [];
for (let i = 0; i < 20; i += 1) slots.push(...(await seedSlots(pool, 50, 200)));
await pool.query(
  `INSERT INTO claims (appointment_id, slot_id) SELECT uuidv7(), id FROM slots
   WHERE id = ANY ($1::uuid[]) ORDER BY id`,
  [uuidArray(slots.filter((_, i) => i % 5 === 0))],
);
await pool.query(
  'INSERT INTO claims (appointment_id, released_at) SELECT uuidv7(), now() FROM generate_series(1, 40000)',
);
const { rows: doctors } = await pool.query<{ id: string }>('SELECT id FROM doctors');
const { rows: schedules } = await pool.query<{ id: string }>('SELECT id FROM schedules LIMIT 20');
const idsOf = (rows: { id: string }[], count: number) => uuidArray(rows.slice(0, count).map(({ id }) => id));

type Plan = { 'Node Type': string; 'Relation Name'?: string; 'Actual Rows'?: number; Plans?: Plan[] };
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** The plan a prepared statement gets whatever its parameters, and what it cost, without its effect. */
async function explain(
  text: string,
  values: unknown[],
  settings = 'SET LOCAL plan_cache_mode = force_generic_plan',
): Promise<{ nodes: Plan[]; blocks: number }> {
  const client = await pool.connect();
  try {
    await client.query(`BEGIN; ${settings}`);
    const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
    const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
    return { nodes: nodesOf(plan), blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const sqlOf = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const large = new Set(['slots', 'claims']);

/** No large table is read as a whole: neither by a sequential scan nor by many more blocks than rows asked for. */
function assertByIndex({ nodes, blocks }: { nodes: Plan[]; blocks: number }, blocksMax: number): void {
  const scans = nodes.filter(
    (node) => node['Node Type'] === 'Seq Scan' && large.has(node['Relation Name'] ?? ''),
  );
  assert.deepEqual(scans, []);
  assert.ok(blocks <= blocksMax, `${blocks} blocks for ${blocksMax} at most`);
}

const statements: [name: string, file: string, values: unknown[], blocksMax: number, settings?: string][] = [
  [
    'claims of 2,000 slots',
    './claims/asked-slots.sql',
    [uuidArray(slots.slice(0, 2000)), new Date()],
    40_000,
    planByIndex,
  ],
  [
    'the history of 2,000 appointments',
    './claims/history.sql',
    [uuidArray(slots.slice(0, 2000))],
    10_000,
    planByIndex,
  ],
  ['a page of claims', './claims/claims-page.sql', [idBeforeAll, new Date(Date.now() + 60_000), 1000], 5_000],
  ['the lookup of 1,000 slots', './slots/lookup-slots.sql', [uuidArray(slots.slice(0, 1000))], 10_000],
  [
    'the first open slots of 1,000 doctors',
    './slots/next-available.sql',
    [idsOf(doctors, 1000), new Date()],
    25_000,
    planInOrder,
  ],
  [
    'the next slots of 20 doctors',
    './slots/next-slots.sql',
    [idsOf(doctors, 20), new Date(), new Date(), 6],
    2_000,
    planInOrder,
  ],
  [
    "a doctor's open slots",
    './slots/open-slots.sql',
    [
      doctors[0]?.id,
      new Date(),
      new Date(),
      new Date(Date.now() + 30 * 86_400_000),
      new Date(),
      doctors[0]?.id,
      21,
    ],
    400,
  ],
  [
    'refreshing the availability of 500 doctors',
    './availability/refresh-availability.sql',
    [idsOf(doctors, 500), new Date()],
    60_000,
    planInOrder,
  ],
  [
    'the release of 1,000 claims',
    './claims/release-claims.sql',
    [uuidArray(slots.slice(0, 1000)), new Date()],
    60_000,
  ],
];

for (const analyzed of [false, true]) {
  const when = analyzed ? 'with statistics' : 'before there are any statistics';
  for (const [name, file, values, blocksMax, settings] of statements) {
    test(`${name}: by index, ${when}`, async () => {
      if (analyzed) await pool.query('ANALYZE');
      assertByIndex(await explain(sqlOf(file), values, settings), blocksMax);
    });
  }
}

test("counting and listing a schedule's slots uses its index", async () => {
  const ids = idsOf(schedules, 20);
  const count = await explain(
    `SELECT count(*) FROM slots s LEFT JOIN claims c ON c.slot_id = s.id
     WHERE s.schedule_id = ANY ($1::uuid[]) AND s.withdrawn_at IS NULL AND s.starts_at > now()`,
    [ids],
  );
  assertByIndex(count, 20_000);
});
