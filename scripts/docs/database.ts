import { appointmentMigrations } from '@consulta/appointment';
import { type MigrationSource, platformMigrations } from '@consulta/platform/database';
import { createTestDatabase } from '@consulta/platform/testing';
import { scheduleMigrations } from '@consulta/schedule';
import { userMigrations } from '@consulta/user';
import type pg from 'pg';

const databases: [title: string, room: MigrationSource][] = [
  ['UserDB', userMigrations],
  ['ScheduleDB', scheduleMigrations],
  ['AppointmentDB', appointmentMigrations],
];

/** `docs/database.md`: what the migrations make, read back from PostgreSQL's catalog. */
export async function databaseDocs(): Promise<string> {
  const parts: string[] = [];
  for (const [title, room] of databases) {
    const database = await createTestDatabase([platformMigrations, room]);
    try {
      parts.push(`## ${title}\n\n${(await describeTables(database.pool)).join('\n')}`);
    } finally {
      await database.drop();
    }
  }
  return `# The databases\n\nGenerated from the migrations by \`npm run docs\`; a test holds it to them.\n\n${parts.join('\n')}`;
}

type Table = { name: string; kind: string; meaning: string | null };
type Column = { name: string; type: string; required: boolean; value: string | null; meaning: string | null };

const tablesSql = `SELECT c.oid::regclass::text AS name, c.relkind AS kind, obj_description(c.oid) AS meaning
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
    AND c.relname <> 'schema_migrations' ORDER BY c.relname`;
const columnsSql = `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
    CASE WHEN a.attidentity <> '' THEN 'identity' ELSE pg_get_expr(d.adbin, d.adrelid) END AS value,
    col_description(a.attrelid, a.attnum) AS meaning
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;
const rulesSql = `SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint
    WHERE conrelid = $1::regclass AND contype <> 'n' ORDER BY contype, conname`;
const indexesSql = `SELECT regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE (UNIQUE )?INDEX \\S+ ON \\S+ USING', '\\1')
    AS definition FROM pg_index i
  WHERE i.indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
  ORDER BY i.indexrelid::regclass::text`;
const triggersSql = `SELECT tgname AS name, tgfoid::regproc::text AS function FROM pg_trigger
  WHERE tgrelid = $1::regclass AND NOT tgisinternal ORDER BY tgname`;

async function describeTables(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<Table>(tablesSql);
  return Promise.all(rows.map((table) => describeTable(pool, table)));
}

async function describeTable(pool: pg.Pool, { name, kind, meaning }: Table): Promise<string> {
  const columns = await pool.query<Column>(columnsSql, [name]);
  const rules = await pool.query<{ rule: string }>(rulesSql, [name]);
  const indexes = await pool.query<{ definition: string }>(indexesSql, [name]);
  const triggers = await pool.query<{ name: string; function: string }>(triggersSql, [name]);
  const rows = columns.rows.map((each) =>
    [`\`${each.name}\``, each.type, each.required ? 'no' : 'yes', code(each.value), each.meaning ?? '']
      .map(cell)
      .join(' | '),
  );
  return [
    `### ${name}${kind === 'v' ? ' (view)' : ''}\n`,
    ...(meaning ? [`${meaning}.\n`] : []),
    '| column | type | null | default | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
    ...rules.rows.map(({ rule }) => `- ${code(rule)}`),
    ...indexes.rows.map(({ definition }) => `- index ${code(definition)}`),
    ...triggers.rows.map((trigger) => `- trigger ${code(`${trigger.name}: ${trigger.function}()`)}`),
    '',
  ].join('\n');
}

const code = (text: string | null) => (text === null ? '' : `\`${text.replaceAll(/\s+/g, ' ')}\``);
const cell = (text: string) => text.replaceAll('|', '\\|');
