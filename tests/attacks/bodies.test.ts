import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { JsonSchema } from '@consulta/platform/http';
import { bodyBytesMax } from '@consulta/platform/http';
import { RawConnection, startTarget, statusOf, whileAttacking } from '../support/attack.ts';
import { sample } from '../support/mutations.ts';
import { doctorInput, join, patientInput } from '../support/people.ts';
import { seeded } from '../support/random.ts';
import { startSystem } from '../support/system.ts';

const target = await startTarget({ environment: { RATE_LIMITS: 'off' } });
const limited = await startTarget();
after(async () => {
  await target.stop();
  await limited.stop();
});

/** The routes that take JSON, as the code declares them, with the longest body each takes. */
async function routesWithBodies() {
  const system = await startSystem();
  const { routes } = system.standalone;
  await system.stop();
  return routes.flatMap(({ method, url, permission, schema }) => {
    const { body, consumes } = (schema ?? {}) as { body?: JsonSchema; consumes?: string[] };
    if (!body || consumes) return [];
    const path = url.replaceAll(/:\w+/g, '01930000-0000-7000-8000-000000000000');
    return [{ method, path, permission, body, bytesMax: bodyBytesMax(body) }];
  });
}

const fill = (piece: string, bytes: number) => piece.repeat(Math.max(1, Math.floor(bytes / piece.length)));

/** Bodies as long as a route takes them, each of a shape that costs some parser or validator more than its length. */
function costlyBodies(schema: JsonSchema, bytesMax: number): string[] {
  const room = bytesMax - 64;
  const keys = Array.from({ length: Math.floor(room / 10) }, (_, index) => `"${index}":1`).join(',');
  const whole = sample(schema, seeded(1));
  const fields = typeof whole === 'object' && whole !== null ? Object.entries(whole) : [];
  const endless = [
    'a'.repeat(room),
    `${' '.repeat(room / 2)}\u0001`,
    '🩺'.repeat(room / 4),
    '\\u00e9'.repeat(room / 6),
  ];
  const lists = ['{}', '"a"', '[]', '1'].map((each) => `[${fill(`${each},`, room)}${each}]`);
  const inField = fields.flatMap(([name]) => {
    const others = JSON.stringify(Object.fromEntries(fields.filter(([other]) => other !== name))).slice(
      1,
      -1,
    );
    const values = [...endless.map((text) => `"${text}"`), ...lists];
    const left = bytesMax - others.length - name.length - 8;
    return values.map((each) => `{"${name}":${each.length > left ? 'null' : each}${others && ','}${others}}`);
  });
  return [
    fill('[', room),
    fill('{"a":', room),
    `${fill('[', room / 2)}${fill(']', room / 2)}`,
    `{"x":"\\ud800",${keys.slice(0, room / 2)}}`,
    `{"x":"\\ud83e\\ude7a","y":${fill('[', room / 3)}${fill(']', room / 3)}}`,
    `{${keys}}`,
    fill(' ', room),
    fill('1', room),
    `"${'a'.repeat(room)}"`,
    ...inField,
  ];
}

test('no body that a route takes holds the others up, and a longer one is not read', async (t) => {
  const routes = await routesWithBodies();
  const tokens = {
    patient: (await join(target.api, patientInput())).token,
    doctor: (await join(target.api, doctorInput())).token,
  };
  const send = async (method: string, path: string, token: string, body: string) => {
    const response = await fetch(`${target.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
    });
    await response.bytes();
    return response.status;
  };
  const sendAll = async () => {
    const statuses = new Map<number, number>();
    for (const { method, path, body, bytesMax } of routes) {
      const bodies = costlyBodies(body, bytesMax).flatMap((each) =>
        Object.values(tokens).map((token) => send(method, path, token, each)),
      );
      const longer = send(method, path, tokens.patient, ' '.repeat(bytesMax + 1));
      for (const status of await Promise.all(bodies)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      assert.ok([403, 413].includes(await longer), `${method} ${path} took more than ${bytesMax} bytes`);
    }
    return statuses;
  };
  const { outcome, longestWaitMs } = await whileAttacking(
    target,
    'the costliest bodies of every route',
    sendAll,
  );
  t.diagnostic(`answers ${JSON.stringify([...outcome])}, longest wait ${Math.round(longestWaitMs)} ms`);
  for (const status of outcome.keys()) assert.ok(status < 500, `a body made ${status}`);
});

test('queries and headers as long as they may be hold nobody up', async () => {
  const { token } = await join(target.api, patientInput());
  const queries = [
    Array.from({ length: 3_000 }, (_, index) => `${index}=1`).join('&'),
    fill('cursor=a&', 14_000),
    `name=${'a'.repeat(14_000)}`,
    `name=${fill('%20', 12_000)}%01`,
    `cursor=${fill('W1td', 14_000)}`,
    fill('%F0%9F%A9%BA&', 14_000),
  ];
  const headers = [
    `prefer: ${fill('wait ', 14_000)}`,
    `range: bytes=${fill('1-2,', 14_000)}`,
    `if-match: ${fill('W/"', 14_000)}`,
    `cookie: ${fill('a=b;', 14_000)}`,
    `accept-language: ${fill('a,', 14_000)}`,
    `idempotency-key: ${fill('a', 14_000)}`,
    `authorization: Bearer ${fill('=', 14_000)}`,
  ];
  const ask = async (path: string, header: string) => {
    const connection = await RawConnection.open(target);
    const authorization = header.startsWith('authorization') ? '' : `authorization: Bearer ${token}\r\n`;
    connection.send(
      `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${authorization}${header}\r\n\r\n`,
    );
    return statusOf(await connection.ended) ?? 0;
  };
  const asked = () =>
    Promise.all(
      Array.from({ length: 20 }, () => [
        ...queries.map((query) => ask(`/api/v1/doctors?${query}`, 'x-none: 1')),
        ...headers.map((header) => ask('/api/v1/appointments', header)),
      ]).flat(),
    );
  const { outcome } = await whileAttacking(target, 'the longest queries and headers', asked);
  for (const status of outcome) assert.ok(status > 0 && status < 500, `answered ${status}`);
});

test('refused bodies count: who keeps sending them is told to come back later', async () => {
  const refuse = async () => {
    const response = await fetch(`${limited.url}/api/v1/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"fullName":"${'a'.repeat(60_000)}\\u0001"}`,
    });
    await response.bytes();
    return { status: response.status, retryAfter: response.headers.get('retry-after') };
  };
  const attack = () => Promise.all(Array.from({ length: 200 }, refuse));
  const { outcome } = await whileAttacking(limited, 'registrations that are refused', attack);
  const later = outcome.filter(({ status }) => status === 429);
  assert.deepEqual(new Set(outcome.map(({ status }) => status)), new Set([400, 429]));
  assert.ok(later.length >= 100, `${later.length} of 200 were told to wait`);
  assert.ok(later.every(({ retryAfter }) => Number(retryAfter) > 0));
});
