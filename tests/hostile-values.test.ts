import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { permissions } from '@consulta/contracts';
import type { DeployedRoute, JsonSchema } from '@consulta/platform/http';
import { exampleOf } from '@consulta/platform/openapi';
import { createAdministrator } from '@consulta/user';
import { book, databaseOf } from './support/consultations.ts';
import { hostileValues } from './support/hostile-values.ts';
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

const system = await startSystem();
after(() => system.stop());
const { api } = system;

const patient = await join(api, patientInput());
const doctor = await join(api, doctorInput());
const otherDoctor = await join(api, doctorInput());
const [slot] = await publishSlots(api, doctor, ['09:00']);
const { id: appointmentId } = await book(api, patient, slot?.id);
const { items: schedules } = await api.expect<{ items: { id: string }[] }>(200, 'GET', '/schedules', {
  token: doctor.token,
});
const users = await databaseOf(system.folder, 'users');
const administrator = { email: freshEmail('admin'), password, fullName: 'Administradora' };
await createAdministrator({ pool: users }, administrator);
await users.end();
const tokens = {
  patient: patient.token,
  doctor: doctor.token,
  admin: (await signIn(api, administrator.email)).accessToken,
};

/** An id of the kind that the path means, which is there and the caller's where that is possible. */
function idIn(url: string): string {
  if (url.includes('/appointments/')) return appointmentId;
  if (url.includes('/schedules/')) return schedules[0]?.id ?? '';
  return url.includes('/admin/') ? otherDoctor.id : doctor.id;
}

const pathOf = (url: string) => url.replace(':id', idIn(url)).replaceAll(/:\w+/g, appointmentId);

type Sent = { method: string; path: string; token: string; body?: string };
type Schema = { params?: JsonSchema; querystring?: JsonSchema; body?: JsonSchema };

/** Requests that differ from a good one in one value, for each parameter and each field of the route. */
function* hostileRequests({ method, url, permission, schema }: DeployedRoute): Generator<Sent> {
  const { params, querystring, body } = (schema ?? {}) as Schema;
  const role = permission === 'public' || permission === 'internal' ? 'patient' : permissions[permission][0];
  const token = tokens[role ?? 'patient'];
  const good = body && exampleOf(body);
  const request = { method, token, ...(good === undefined ? {} : { body: JSON.stringify(good) }) };
  for (const [name, each] of Object.entries(params?.properties ?? {})) {
    for (const value of hostileValues(name, each)) {
      yield { ...request, path: pathOf(url.replace(`:${name}`, () => encode(value))) };
    }
  }
  for (const [name, each] of Object.entries(querystring?.properties ?? {})) {
    for (const value of hostileValues(name, each)) {
      const sorts = name === 'cursor' && querystring?.properties?.sort ? sortOf(value) : '';
      yield { ...request, path: `${pathOf(url)}?${name}=${encode(value)}${sorts}` };
    }
  }
  for (const changed of body ? hostileBodies(body) : []) {
    yield { ...request, path: pathOf(url), body: JSON.stringify(changed) };
  }
}

/** A cursor of a search is read only together with its order. */
function sortOf(cursor: unknown): string {
  const sort = /^\["(\w+)"/.exec(Buffer.from(String(cursor), 'base64url').toString())?.[1];
  return sort ? `&sort=${sort}` : '';
}

/** Lone surrogates cannot be written in a URL; they go as bytes that are not UTF-8. */
const encode = (value: unknown) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
};

function* hostileBodies(schema: JsonSchema, name = ''): Generator<unknown> {
  for (const each of schema.anyOf ?? []) yield* hostileBodies(each, name);
  if (schema.properties) {
    for (const [field, each] of Object.entries(schema.properties)) {
      const whole = exampleOf(schema);
      for (const value of hostileBodies(each, field)) yield { ...(whole as object), [field]: value };
    }
  }
  if (schema.items) for (const value of hostileBodies(schema.items, name)) yield [value];
  yield* hostileValues(name, schema);
}

for (const route of system.standalone.routes) {
  if (route.url.endsWith('/events')) continue;
  test(`no value makes ${route.method} ${route.url} fail`, async (t) => {
    const requests = hostileRequests(route);
    const counts = new Map<number, number>();
    const client = async () => {
      for (const { method, path, token, body } of requests) {
        const response = await fetch(`${api.url}${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body ? { 'content-type': 'application/json' } : {}),
          },
          ...(body && method !== 'GET' ? { body } : {}),
        });
        const text = await response.text();
        counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
        assert.ok(response.status < 500, `${response.status} for ${method} ${path} ${body ?? ''}: ${text}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, client));
    t.diagnostic(JSON.stringify([...counts]));
  });
}
