import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pdf } from '@consulta/appointment/testing';
import { type OpenSlot, permissions, type User } from '@consulta/contracts';
import { type DeployedRoute, declaredOf, type JsonSchema } from '@consulta/platform/http';
import { exampleOf } from '@consulta/platform/openapi';
import { createAdministrator } from '@consulta/user';
import { addFile, book, databaseOf, step } from './support/consultations.ts';
import { hostileCursors } from './support/hostile-values.ts';
import {
  doctorInput,
  freshEmail,
  join,
  password,
  patientInput,
  publishSlots,
  signIn,
} from './support/people.ts';
import { startSystem } from './support/system.ts';

/* What holds of every value of a kind, wherever it is sent: generated from the table of routes. */

const system = await startSystem();
after(() => system.stop());
const { api } = system;

const patient = await join(api, patientInput());
const doctor = await join(api, doctorInput());
/** Whom administrators' requests may suspend. */
const anotherDoctor = await join(api, doctorInput());
const slots = await publishSlots(api, doctor, ['09:00', '10:00', '11:00', '12:00', '13:00']);
const appointment = await book(api, patient, slots[0]?.id);
await book(api, patient, slots[1]?.id);
await step(api, doctor, appointment.id, 'confirm');
const { items: schedules } = await api.expect<{ items: { id: string }[] }>(200, 'GET', '/schedules', {
  token: doctor.token,
});
const file = await addFile(api, patient, appointment.id, pdf());
const report = await api.expect<{ id: string }>(
  201,
  'POST',
  `/appointments/${appointment.id}/medical-reports`,
  { token: doctor.token, body: { title: 'Laudo', body: 'Sem queixas.' } },
);
const users = await databaseOf(system.folder, 'users');
const administrator = { email: freshEmail('admin'), password, fullName: 'Administradora' };
await createAdministrator({ pool: users }, administrator);
await users.end();
const tokens = {
  patient: patient.token,
  doctor: doctor.token,
  admin: (await signIn(api, administrator.email)).accessToken,
};

type Route = Omit<DeployedRoute, 'schema'> & { schema: ReturnType<typeof declaredOf> };
const routes: Route[] = system.standalone.routes
  .filter(({ url }) => !url.endsWith('/events') && url.startsWith('/api/'))
  .map((route) => ({ ...route, schema: declaredOf(route) }));

/** An address of the route's kind, of things that are there. */
function pathOf(url: string): string {
  const own = url.includes('/schedules/')
    ? (schedules[0]?.id ?? '')
    : url.includes('/appointments/')
      ? appointment.id
      : url.includes('/files/')
        ? file.id
        : url.includes('/admin/')
          ? anotherDoctor.id
          : doctor.id;
  return url.replace(':reportId', report.id).replace(':id', own).replaceAll(/:\w+/g, appointment.id);
}

/** Who may lose the account: it is deleted where its password was changed to the text that another route sends. */
const leaver = await join(api, patientInput());

const tokenFor = ({ permission }: Route) => {
  if (permission === 'account:delete-own') return leaver.token;
  const role = permission === 'public' || permission === 'internal' ? 'patient' : permissions[permission][0];
  return tokens[role ?? 'patient'];
};

type Sent = { path?: string; body?: string | Uint8Array; type?: string };

async function send(route: Route, { path, body, type }: Sent): Promise<{ status: number; text: string }> {
  const response = await fetch(`${api.url}${path ?? pathOf(route.url)}`, {
    method: route.method,
    headers: {
      authorization: `Bearer ${tokenFor(route)}`,
      ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, text: await response.text() };
}

/** What a query must hold anyway. */
const neededOf = ({ schema: { querystring } }: Route): Record<string, string> =>
  Object.fromEntries(
    (querystring?.required ?? []).map((name) => [
      name,
      String(exampleOf(querystring?.properties?.[name] ?? {})),
    ]),
  );

const asking = (route: Route, query: Record<string, string>) =>
  send(route, { path: `${pathOf(route.url)}?${new URLSearchParams({ ...neededOf(route), ...query })}` });

async function assertRefused(route: Route, answer: Promise<{ status: number; text: string }>, tell: string) {
  const { status, text } = await answer;
  assert.equal(status, 400, `${route.method} ${route.url} answered ${tell} with ${status}: ${text}`);
  assert.equal(JSON.parse(text).code, 'bad_request');
}

const withBody = routes.filter(({ schema }) => schema.body && !schema.consumes);

/** A good body but for one text in it, for each text that it may hold. */
function* bodiesWith(
  schema: JsonSchema,
  value: string,
  is: (schema: JsonSchema) => boolean,
): Generator<unknown> {
  for (const each of schema.anyOf ?? []) yield* bodiesWith(each, value, is);
  if (schema.type === 'string' && is(schema)) yield value;
  if (schema.items) for (const item of bodiesWith(schema.items, value, is)) yield [item];
  for (const [name, each] of Object.entries(schema.properties ?? {})) {
    for (const changed of bodiesWith(each, value, is))
      yield { ...Object(exampleOf(schema)), [name]: changed };
  }
}

const anyText = () => true;
const marker = 'Jo@@o';

test('JSON that is not UTF-8, or holds a NUL or half a character, is refused in every text of every route', async () => {
  let sent = 0;
  for (const route of withBody) {
    for (const body of bodiesWith(route.schema.body ?? {}, marker, anyText)) {
      const text = JSON.stringify(body);
      for (const bytes of [[0xe3], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xff]]) {
        const [before = '', behind = ''] = text.split('@@');
        const raw = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(behind)]);
        await assertRefused(route, send(route, { body: new Uint8Array(raw) }), `bytes ${bytes}`);
      }
      for (const spelled of ['\\u0000', '\\ud83d', '\\\\\\u0000']) {
        await assertRefused(route, send(route, { body: text.replace('@@', spelled) }), spelled);
      }
      sent += 1;
    }
  }
  assert.ok(sent > 60, `${sent} texts`);
});

test('JSON in another charset is refused by its name, and UTF-8 is known by all of its own', async () => {
  for (const route of withBody) {
    const body = JSON.stringify(exampleOf(route.schema.body ?? {}));
    for (const charset of [
      'iso-8859-1',
      '"windows-1252"',
      'utf-16',
      'utf-8; charset=latin1',
      'us-ascii',
      '',
    ]) {
      const answer = await send(route, { body, type: `application/json; charset=${charset}` });
      assert.equal(answer.status, 415, `${route.method} ${route.url} took ${charset}: ${answer.text}`);
    }
  }
  for (const charset of ['utf-8', 'UTF-8', '"utf-8"', 'utf8']) {
    const headers = {
      'content-type': `application/json; charset=${charset}`,
      authorization: `Bearer ${patient.token}`,
    };
    const body = JSON.stringify({ phone: '+5511987654321' });
    const answer = await fetch(`${api.url}/api/v1/users/me`, { method: 'PATCH', headers, body });
    assert.equal(answer.status, 200, charset);
  }
});

test('text that tells of escapes is text, in every route that takes text', async () => {
  const spelled = String.raw`C:\u0000 \ud800 \\u0000`;
  for (const route of withBody) {
    for (const body of bodiesWith(route.schema.body ?? {}, spelled, anyText)) {
      const { text } = await send(route, { body: JSON.stringify(body) });
      assert.doesNotMatch(text, /NUL|surrogate/, `${route.method} ${route.url}`);
    }
  }
  const socialName = String.raw`\u0000 \ud800`;
  const changed = { token: patient.token, body: { socialName } };
  assert.equal((await api.expect<User>(200, 'PATCH', '/users/me', changed)).socialName, socialName);
  const read = await api.expect<User>(200, 'GET', '/users/me', { token: patient.token });
  assert.equal(read.socialName, socialName);
});

test('an address that is not UTF-8 is refused by every route', async () => {
  for (const route of routes) {
    const body =
      route.schema.body && !route.schema.consumes ? JSON.stringify(exampleOf(route.schema.body)) : undefined;
    for (const spelled of ['%E3', '%ED%A0%80', '%C0%80', '%00', '%zz', '%']) {
      const path = `${pathOf(route.url)}?name=Jo${spelled}o`;
      await assertRefused(route, send(route, { path, ...(body ? { body } : {}) }), spelled);
    }
  }
});

test('an id in capitals is the same id: every answer is the same', async () => {
  const capitals = (url: string) => url.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => id.toUpperCase());
  let found = 0;
  for (const route of routes.filter(({ method, url }) => method === 'GET' && url.includes(':'))) {
    const path = pathOf(route.url);
    const plain = await send(route, { path });
    const upper = await send(route, { path: capitals(path) });
    const stable = (text: string) => text.replaceAll(/"(instance|requestId)":"[^"]*"/g, '').slice(0, 2_000);
    assert.equal(upper.status, plain.status, route.url);
    if (!route.url.endsWith('/pdf')) assert.equal(stable(upper.text), stable(plain.text), route.url);
    if (plain.status === 200) found += 1;
  }
  assert.ok(found >= 6, `${found} of the addresses are of things that are there`);
  const [, , free] = slots;
  const booked = {
    token: patient.token,
    body: { slotId: free?.id.toUpperCase() },
    headers: { 'idempotency-key': 'k', prefer: 'wait=10' },
  };
  const first = await api.call<{ id: string; slotId: string }>('POST', '/appointments', booked);
  assert.equal(first.body.slotId, free?.id);
  const again = { ...booked, body: { slotId: free?.id } };
  assert.equal((await api.call<{ id: string }>('POST', '/appointments', again)).body.id, first.body.id);
  const cancel = `/appointments/${first.body.id.toUpperCase()}/cancel`;
  await api.expect(200, 'POST', cancel, { token: patient.token, body: { reason: 'Viagem' } });
});

const querying = (is: (schema: JsonSchema) => boolean) =>
  routes.flatMap((route) =>
    Object.entries(route.schema.querystring?.properties ?? {})
      .filter(([, schema]) => (schema.anyOf ?? [schema]).some(is))
      .map(([name]) => ({ route, name })),
  );

test('every span of every route that ends before it begins is refused', async () => {
  const spans = routes.filter(
    ({ schema: { querystring } }) => querystring?.properties?.from && querystring.properties.to,
  );
  assert.ok(spans.length >= 3);
  for (const route of spans) {
    await assertRefused(
      route,
      asking(route, { from: '2031-03-20T12:00:00Z', to: '2031-03-10T12:00:00Z' }),
      'a span backwards',
    );
    const empty = await asking(route, { from: '2031-03-10T12:00:00Z', to: '2031-03-10T12:00:00Z' });
    assert.equal(empty.status, 200, route.url);
  }
});

test('every instant of every route has a year of four digits in UTC too', async () => {
  const beyond = ['9999-12-31T23:59:59-14:00', '9999-12-31T23:59:59.999-00:01', '0000-01-01T00:00:00+00:01'];
  const isInstant = ({ format }: JsonSchema) => format === 'date-time';
  const queries = querying(isInstant);
  assert.ok(queries.length >= 5);
  for (const value of beyond) {
    for (const { route, name } of queries)
      await assertRefused(route, asking(route, { [name]: value }), value);
    for (const route of withBody) {
      for (const body of bodiesWith(route.schema.body ?? {}, value, isInstant)) {
        await assertRefused(route, send(route, { body: JSON.stringify(body) }), value);
      }
    }
  }
});

test('every number in every query is plain decimal digits', async () => {
  const queries = querying(({ type }) => type === 'integer' || type === 'number');
  assert.ok(queries.length > 10);
  for (const { route, name } of queries) {
    for (const value of ['1e1', '1E0', '0x5', '+5', ' 5', '5 ', '5.', '.5', '5,0', '١', '0b1', '']) {
      await assertRefused(route, asking(route, { [name]: value }), `${name}=${value}`);
    }
    assert.equal((await asking(route, { [name]: '5' })).status, 200, `${route.url} ${name}`);
  }
});

/** What no column of any list holds. */
function fitsSomewhere(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
}

test('every cursor of every route that it did not give is refused', async () => {
  const queries = querying(() => true).filter(({ name }) => name === 'cursor');
  assert.ok(queries.length >= 10);
  const wrong = hostileCursors.filter(({ values }) => !values?.every(fitsSomewhere));
  const long = {
    cursor: Buffer.from(JSON.stringify(Array.from({ length: 4 }, () => 1))).toString('base64url'),
  };
  for (const { route } of queries) {
    const sorts = route.schema.querystring?.properties?.sort;
    for (const { cursor, values } of [...wrong, long].map((each) => ({ values: undefined, ...each }))) {
      const sort = sorts ? ['price', 'name', 'rating'].filter((each) => values?.[0] === each) : [];
      await assertRefused(
        route,
        asking(route, { cursor, ...Object.fromEntries(sort.map((each) => ['sort', each])) }),
        `${values ?? cursor}`,
      );
    }
    const other = await asking(route, { cursor: Buffer.from('["2031-03-10", 5]').toString('base64url') });
    assert.equal(other.status, 400, route.url);
  }
});

test('a cursor with its id in capitals leads to the same page', async () => {
  const query = new URLSearchParams({ limit: '1' });
  const list = `/doctors/${doctor.id}/slots?${query}`;
  const { nextCursor } = await api.expect<{ nextCursor: string | null }>(200, 'GET', list, {
    token: patient.token,
  });
  const values = Buffer.from(nextCursor ?? '', 'base64url').toString();
  const upper = Buffer.from(values.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => id.toUpperCase()));
  const pages = await Promise.all(
    [nextCursor ?? '', upper.toString('base64url')].map((cursor) =>
      api.expect<{ items: OpenSlot[] }>(200, 'GET', `${list}&cursor=${cursor}`, { token: patient.token }),
    ),
  );
  assert.deepEqual(pages[0]?.items, pages[1]?.items);
});
