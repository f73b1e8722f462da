import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { after, test } from 'node:test';
import type { Caller } from '@consulta/platform/auth';
import { queryBuilder } from '@consulta/platform/database';
import { Kysely, PostgresDialect } from 'kysely';
import { appointmentDatabase } from '../../testing/fixtures.ts';
import { countStatuses, sumRatings } from '../figures/queries.ts';
import type { AppointmentTables } from '../tables.ts';
import { listRelations } from './queries.ts';

const database = await appointmentDatabase();
const { pool } = database;
after(() => database.drop());

const statements: { sql: string; parameters: readonly unknown[] }[] = [];
const db = new Kysely<AppointmentTables>({
  dialect: new PostgresDialect({ pool }),
  log: ({ query: { sql, parameters } }) => {
    statements.push({ sql, parameters });
  },
});

/** Twenty doctors' appointments with 500 patients: 40,000, some declined or rejected. */
async function fill(): Promise<void> {
  await pool.query(`INSERT INTO booking_requests (id, slot_id, schedule_id, doctor_id, patient_id, starts_at, ends_at,
      time_zone, mode)
    SELECT uuidv7(), uuidv7(), uuidv7(), ('00000000-0000-7000-8000-' || lpad((n % 20)::text, 12, '0'))::uuid,
      ('00000000-0000-7000-9000-' || lpad((n % 501)::text, 12, '0'))::uuid,
      now() - interval '800 days' + n * interval '30 minutes', now() - interval '800 days' + n * interval '30 minutes'
      + interval '20 minutes', 'America/Sao_Paulo', 'in_person' FROM generate_series(1, 40000) AS n`);
  await pool.query(`INSERT INTO appointments (id, slot_id, doctor_id, patient_id, starts_at, ends_at, status, booked_as)
    SELECT id, slot_id, doctor_id, patient_id, starts_at, ends_at,
      CASE WHEN arrival % 10 = 0 THEN 'declined' ELSE 'confirmed' END, 'confirmed' FROM booking_requests
    WHERE arrival % 7 <> 0`);
  await pool.query(`INSERT INTO closed_requests (id, outcome) SELECT id, 'rejected' FROM booking_requests
    WHERE arrival % 7 = 0`);
  await pool.query(`INSERT INTO feedbacks (appointment_id, doctor_id, patient_id, rating, given_at)
    SELECT id, doctor_id, patient_id, 4, ends_at FROM appointments`);
  await pool.query(`INSERT INTO reviews (feedback_id, doctor_id, rating, given_at)
    SELECT id, doctor_id, rating, given_at FROM feedbacks`);
  await pool.query('VACUUM ANALYZE');
}
await fill();

const doctor: Caller = {
  userId: '00000000-0000-7000-8000-000000000007',
  role: 'doctor',
  sessionId: randomUUIDv7(),
  issuedAt: 0,
  expiresAt: 0,
};
const patient: Caller = { ...doctor, userId: '00000000-0000-7000-9000-000000000123', role: 'patient' };

type Plan = { 'Node Type': string; 'Relation Name'?: string; Plans?: Plan[] };

/** The nodes of the plan of what `run` asks for, and what it answered. */
async function planOf(run: () => Promise<unknown>): Promise<Plan[]> {
  statements.length = 0;
  await run();
  const [statement] = statements;
  assert.ok(statement);
  const { rows } = await pool.query(`EXPLAIN (FORMAT JSON) ${statement.sql}`, [...statement.parameters]);
  const nodes: Plan[] = [];
  const collect = (plan: Plan) => {
    nodes.push(plan);
    plan.Plans?.forEach(collect);
  };
  collect(rows[0]['QUERY PLAN'][0].Plan);
  return nodes;
}

const weeks = { from: Temporal.Now.plainDateISO().subtract({ days: 84 }), to: Temporal.Now.plainDateISO() };

test('no list, figure or limit reads a whole table', async () => {
  const reads = [
    () => listRelations(db, doctor, {}),
    () => listRelations(db, patient, {}),
    () => countStatuses(db, doctor.userId, weeks),
    () => sumRatings(db, doctor.userId, weeks),
  ];
  for (const read of reads) {
    for (const node of await planOf(read))
      assert.notEqual(node['Node Type'], 'Seq Scan', JSON.stringify(node));
  }
});

test('pages over all acquaintances name each once, in order of the latest appointment', async () => {
  const seen: string[] = [];
  const latest: number[] = [];
  let cursor: string | null = null;
  do {
    const page = await listRelations(queryBuilder(pool), doctor, {
      limit: 37,
      ...(cursor ? { cursor } : {}),
    });
    seen.push(...page.rows.map(({ person_id }) => person_id));
    latest.push(...page.rows.filter(({ next_at }) => !next_at).map(({ last_at }) => last_at?.getTime() ?? 0));
    cursor = page.nextCursor;
  } while (cursor);
  const { rows } = await pool.query(
    "SELECT DISTINCT patient_id FROM appointments WHERE doctor_id = $1 AND status <> 'declined'",
    [doctor.userId],
  );
  assert.ok(rows.length > 100);
  assert.equal(new Set(seen).size, seen.length);
  assert.equal(seen.length, rows.length);
  assert.deepEqual(
    latest,
    latest.toSorted((a, b) => b - a),
  );
});
