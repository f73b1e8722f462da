import assert from 'node:assert/strict';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import { openPool } from '@consulta/platform/database';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';
import type { JsonSchema } from '@consulta/platform/http';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { eventually } from './support/eventually.ts';
import { mutate, sample } from './support/mutations.ts';
import { doctorInput, join, patientInput } from './support/people.ts';
import { type Random, seeded } from './support/random.ts';
import { startSystem } from './support/system.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1_000_000));
const requestsTotal = 10_000;
const system = await startSystem();
after(() => system.stop());

/** What a refused request may rightly add to: counters of failed sign-ins, and the trail of refused access. */
const mayChange = /^(login_attempts|audit_entries)$/;

async function countRows(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const database of ['users', 'schedules', 'appointments']) {
    const url = await runningDatabaseUrl(joinPath(system.folder, 'postgres'), database);
    const pool = openPool({ url, connectionsMax: 1 });
    const { rows } = await pool.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'outbox'",
    );
    for (const { name } of rows.filter((row) => !mayChange.test(row.name))) {
      const { rows: counted } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM "${name}"`);
      counts.set(`${database}.${name}`, counted[0]?.n ?? -1);
    }
    await pool.end();
  }
  return counts;
}

const validators = new WeakMap<object, (value: unknown) => boolean>();
const ajv = addFormats.default(new Ajv({ strict: false }));

/** Whether a value fits a request schema, as the entrance sees it. */
function compiled(schema: JsonSchema): (value: unknown) => boolean {
  const known = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, known);
  return known;
}

type Route = (typeof system.standalone.routes)[number];
type Sent = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
  tell: string;
};

/** A request that is wrong in at least one way, made from a route's schemas. */
function hostileRequest(route: Route, tokens: string[], random: Random): Sent {
  const schema = (route.schema ?? {}) as { body?: JsonSchema; querystring?: JsonSchema };
  const faults = ['token', ...(schema.body ? ['body', 'body', 'body', 'media', 'syntax'] : [])];
  if (schema.querystring) faults.push('query');
  if (route.url.includes(':')) faults.push('path');
  const fault = random.pick(faults);
  let path = route.url.replaceAll(/:(\w+)/g, '01930000-0000-7000-8000-000000000000');
  const headers: Record<string, string> = {
    authorization: `Bearer ${random.pick(tokens)}`,
    'content-type': 'application/json',
  };
  const whole = schema.body ? sample(schema.body, random) : undefined;
  let body = whole === undefined ? undefined : JSON.stringify(whole);

  if (fault === 'body' && schema.body) {
    // What still fits after a mutation is mutated further: every request here is wrong.
    const fits = compiled(schema.body);
    let wrong = mutate(whole, random);
    while (fits(wrong)) wrong = mutate(wrong, random);
    body = JSON.stringify(wrong);
  }
  if (fault === 'syntax' && body)
    body = random.pick([
      body.slice(0, -1),
      `${body}}`,
      '{"__proto__":{"admin":true}}',
      '\ufeff{',
      'null',
      '[]',
      '"',
      '{"a"::1}',
    ]);
  if (fault === 'media' && body)
    headers['content-type'] = random.pick([
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      '*',
    ]);
  if (fault === 'path')
    path = route.url.replaceAll(/:(\w+)/g, () =>
      encodeURIComponent(random.pick(["' OR 1=1", '..', 'ü', '0', 'x'.repeat(90), '\u0001', 'undefined'])),
    );
  if (fault === 'query')
    path += `?${random.pick(['limit=1e9', 'limit=-1', 'cursor=!!!', 'cursor=WzFd', 'from=ontem', 'a[b]=c', 'limit=NaN', 'status=%F0%9F%98%80', 'x=%00', 'name=%ED%A0%80'])}`;
  if (fault === 'token') {
    headers.authorization = random.pick([
      'Bearer',
      'Bearer a.b.c',
      `Bearer ${'A'.repeat(6000)}`,
      'Basic YTpi',
      `Bearer ${random.pick(tokens)}x`,
      'Bearer eyJhbGciOiJub25lIn0.e30.',
    ]);
  }
  const sends = route.method !== 'GET' && body !== undefined;
  return {
    method: route.method,
    path,
    headers,
    body: sends ? body : undefined,
    tell: `${fault} ${route.method} ${path.slice(0, 120)} ${body?.slice(0, 300)}`,
  };
}

test(`${requestsTotal} hostile requests meet refusals and leave nothing behind (SEED=${seed})`, async () => {
  const random = seeded(seed);
  const { api, standalone } = system;
  const tokens = [(await join(api, patientInput())).token, (await join(api, doctorInput())).token];
  const routes = standalone.routes.filter(
    ({ url }) => !url.endsWith('/events') && !url.includes('/auth/logout'),
  );
  // The schedule service hears of doctors by a message.
  const before = await eventually(async () => {
    const rows = await countRows();
    assert.equal(rows.get('schedules.doctors'), rows.get('users.doctors'));
    return rows;
  });
  const accepted = new Map<string, number>();
  let sent = 0;

  const client = async () => {
    while (sent < requestsTotal) {
      sent += 1;
      const hostile = hostileRequest(random.pick(routes), tokens, random);
      const response = await fetch(`${api.url}${hostile.path}`, {
        method: hostile.method,
        headers: hostile.headers,
        ...(hostile.body === undefined ? {} : { body: hostile.body }),
      });
      const text = await response.text();
      assert.ok(response.status < 500, `${response.status} for ${hostile.tell}: ${text}`);
      if (response.status >= 400) {
        const problem = JSON.parse(text) as { code: string; status: number };
        assert.equal(problem.status, response.status);
        assert.ok(!/at .*\.ts|SELECT |pg_|node_modules/.test(text), `the inside shows: ${text}`);
      } else if (hostile.method !== 'GET') {
        accepted.set(hostile.tell, response.status);
      }
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
  assert.deepEqual([...accepted], [], 'a hostile request changed something');
  assert.deepEqual(await countRows(), before);
});
