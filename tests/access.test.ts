import assert from 'node:assert/strict';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import { type Appointment, permissions, type Role, type Schedule } from '@consulta/contracts';
import { openPool } from '@consulta/platform/database';
import { openKeyRingFile } from '@consulta/platform/embedded';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';
import { openText } from '@consulta/platform/encryption';
import { createAdministrator } from '@consulta/user';
import { openSessionsInBulk, tokenSigner } from '@consulta/user/seeding';
import { decodeJwt, type JWK, SignJWT } from 'jose';
import {
  doctorInput,
  freshEmail,
  join,
  type Person,
  password,
  patientInput,
  publishSlots,
  signIn,
} from './support/people.ts';
import { startSystem, untilNobodyTakes } from './support/system.ts';

const system = await startSystem();
const { api } = system;
const keyRing = await openKeyRingFile(joinPath(system.folder, 'keys.json'));
const userPool = openPool({
  url: await runningDatabaseUrl(joinPath(system.folder, 'postgres'), 'users'),
  connectionsMax: 2,
});
after(async () => {
  await userPool.end();
  await system.stop();
});

const patient = await join(api, patientInput());
const otherPatient = await join(api, patientInput());
const doctor = await join(api, doctorInput());
const otherDoctor = await join(api, doctorInput());
const administrator = await makeAdministrator();
const [slot] = await publishSlots(api, doctor, ['09:00', '10:00']);
const schedules = await api.expect<{ items: Schedule[] }>(200, 'GET', '/schedules', { token: doctor.token });
const appointment = await api.expect<Appointment>(201, 'POST', '/appointments', {
  token: patient.token,
  body: { slotId: slot?.id },
  headers: { prefer: 'wait=10' },
});

async function makeAdministrator(): Promise<Person> {
  const email = freshEmail('admin');
  const id = await createAdministrator({ pool: userPool }, { email, password, fullName: 'Marta Figueiredo' });
  return { id, email, cpf: '', token: (await signIn(api, email)).accessToken };
}

const tokens: Record<Role, string> = {
  patient: patient.token,
  doctor: doctor.token,
  admin: administrator.token,
};
const strangers: Record<Role, string[]> = {
  patient: [otherPatient.token],
  doctor: [otherDoctor.token],
  admin: [],
};

/** The ids of things that belong to the first patient and doctor, for the parameters of routes. */
function pathOf(url: string): string {
  const id = url.includes('/schedules/')
    ? schedules.items[0]?.id
    : url.includes('/appointments/')
      ? appointment.id
      : url.includes('/doctors/')
        ? doctor.id
        : appointment.id;
  return url.replace(':id', id ?? '').replaceAll(/:\w+/g, '01930000-0000-7000-8000-000000000000');
}

const guarded = system.standalone.routes.filter(({ permission }) => permission !== 'public');

async function statusOf(
  method: string,
  url: string,
  token?: string,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${api.url}${pathOf(url)}`, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return { status: response.status, text: await response.text() };
}

async function expiredToken(): Promise<string> {
  return resign({ iat: 1_000_000_000, nbf: 1_000_000_000, exp: 1_000_000_600 });
}

/** The first patient's token with other claims, signed with the service's own key. */
async function resign(
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  const { rows } = await userPool.query<{ kid: string; private_sealed: Buffer }>(
    'SELECT kid, private_sealed FROM signing_keys LIMIT 1',
  );
  const [key] = rows;
  if (!key) throw new Error('there is no signing key');
  const jwk: JWK = JSON.parse(await openText(keyRing, key.private_sealed, `signing-key:${key.kid}`));
  const imported = await crypto.subtle.importKey(
    'jwk',
    jwk,
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return new SignJWT({ ...decodeJwt(patient.token), ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: key.kid, ...header })
    .sign(imported);
}

function tampered(): string {
  const [head, , signature] = patient.token.split('.');
  const claims = { ...decodeJwt(patient.token), role: 'admin' };
  return `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
}

test('no route but the public ones answers without a valid token', async () => {
  assert.ok(guarded.length > 20);
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
  const refused = {
    none: undefined,
    expired: await expiredToken(),
    tampered: tampered(),
    'another type': await resign({}, { typ: 'JWT' }),
    'another audience': await resign({ aud: 'elsewhere' }),
    unsigned: `${none}.${patient.token.split('.')[1]}.`,
  };
  for (const { method, url } of guarded) {
    for (const [kind, token] of Object.entries(refused)) {
      const { status } = await statusOf(method, url, token);
      assert.equal(status, 401, `${method} ${url} with ${kind} token`);
    }
  }
});

test('each route refuses every role that its permission does not name', async () => {
  for (const { method, url, permission } of guarded) {
    if (permission === 'public' || permission === 'internal') continue;
    const allowed: readonly string[] = permissions[permission];
    for (const [role, token] of Object.entries(tokens)) {
      if (allowed.includes(role)) continue;
      const { status } = await statusOf(method, url, token);
      assert.equal(status, 403, `${method} ${url} as ${role}`);
    }
  }
});

test("another person's things are not found, whatever one tries with them", async () => {
  const owned = guarded.filter(
    ({ url }) => /\/(appointments|schedules)\/:id/.test(url) || url.includes('sessions/:id'),
  );
  assert.ok(owned.length > 8);
  for (const { method, url, permission } of owned) {
    if (permission === 'public' || permission === 'internal') continue;
    for (const role of permissions[permission] as readonly Role[]) {
      for (const token of strangers[role]) {
        const body = bodyFor(method, url);
        const response = await fetch(`${api.url}${pathOf(url)}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body ? { 'content-type': 'application/json' } : {}),
          },
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
        const text = await response.text();
        const isUnstated = response.status === 400 && /medical-reports|files/.test(url);
        assert.ok(
          response.status === 404 || isUnstated,
          `${method} ${url} as another ${role}: ${response.status} ${text}`,
        );
        assert.ok(
          !text.includes(patient.id) && !text.includes('Ana Beatriz'),
          `${method} ${url} leaks: ${text}`,
        );
      }
    }
  }
});

/** A body that the route would take. */
function bodyFor(method: string, url: string): unknown {
  if (method === 'GET' || method === 'DELETE') return undefined;
  if (method === 'PATCH') return { note: 'x' };
  if (method === 'PUT' && url.includes('/schedules/')) return dateSchedule;
  const bodies: Record<string, unknown> = {
    cancel: { reason: 'x' },
    decline: { reason: 'x' },
    reschedule: { slotId: slot?.id },
    feedbacks: { rating: 5 },
    reply: { text: 'x' },
  };
  return bodies[url.split('/').at(-1) ?? ''];
}

const dateSchedule = {
  kind: 'date',
  date: '2031-01-07',
  times: ['09:00'],
  slotMinutes: 30,
  timeZone: 'America/Sao_Paulo',
};

test('a session that ended opens nothing, within a second', async () => {
  const { accessToken, refreshToken } = await signIn(api, patient.email);
  await api.expect(200, 'GET', '/users/me', { token: accessToken });
  const answer = await api.call('POST', '/auth/logout', { token: accessToken, body: { refreshToken } });
  assert.ok(answer.status < 300);
  await untilNobodyTakes(system, accessToken);
  await api.expect(401, 'GET', '/users/me', { token: accessToken });
  await api.expect(200, 'GET', '/users/me', { token: patient.token });
});

test('internal routes are not at the public entrance, and want the service token at their own', async () => {
  const path = '/internal/people/lookup';
  const send = (base: string) =>
    fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${administrator.token}` },
      body: JSON.stringify({ ids: [patient.id] }),
    });
  assert.equal((await send(api.url)).status, 404);
  assert.equal((await send(system.standalone.internalUrl)).status, 401);
  const sessions = await openSessionsInBulk(userPool, [patient.id]);
  const sign = await tokenSigner(userPool, keyRing);
  const token = await sign({
    userId: patient.id,
    role: 'patient',
    sessionId: sessions[0] ?? '',
  });
  await api.expect(200, 'GET', '/users/me', { token });
});
