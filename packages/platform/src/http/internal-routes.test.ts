import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { claimCalls, doctorCalls, revocationCalls, type ServiceName, slotCalls } from '@consulta/contracts';
import { inProcessServices } from '../auth/index.ts';
import { createLog, createMetrics } from '../process/index.ts';
import { createInternalApp } from './entrances.ts';
import { serve } from './internal-routes.ts';
import { createServiceClient } from './service-client.ts';
import { httpTransport } from './transport.ts';

const slotId = '01936f0a-0000-7000-8000-000000000001';
const { credentialsOf, verify: verifyService } = inProcessServices();
const asked: unknown[] = [];
const log = createLog('silent');
const app = createInternalApp({ log, metrics: createMetrics(), verifyService });
serve(app, slotCalls.lookup, async (ids) => {
  asked.push(ids);
  return { slots: [] };
});
serve(app, claimCalls.list, async (query) => {
  asked.push({ ...query });
  return { claims: [], nextAfter: null };
});
// A provider of another version, whose answers lack what this one counts on or hold more.
const other = {
  config: { permission: 'internal' as const, callers: ['appointment', 'schedule'] as const },
};
app.get(revocationCalls.list.path, other, async () => ({ now: '2026-11-25T12:00:00Z' }));
const newer = { ...other, schema: { body: doctorCalls.bookability.asked } };
app.post(doctorCalls.bookability.path, newer, async () => ({
  doctors: [{ doctorId: slotId, bookable: true, since: '2026-11-25' }],
}));
const baseUrl = await app.listen({ host: '127.0.0.1', port: 0 });
const clientOf = (from: ServiceName) =>
  createServiceClient({
    transport: httpTransport(baseUrl),
    to: 'schedule',
    credentials: credentialsOf(from),
    log,
  });
const client = clientOf('appointment');
const schedule = clientOf('schedule');
after(async () => {
  await client.close();
  await schedule.close();
  await app.close();
});

test('who answers gets what was asked, whether it travels as a body or as a query', async () => {
  await client.call(slotCalls.lookup, { ids: [slotId] });
  assert.deepEqual(asked.pop(), { ids: [slotId] });
  await client.call(claimCalls.list, { limit: 7 });
  assert.deepEqual(asked.pop(), { limit: 7 });
});

test('a question that is not the call’s is refused before it is answered', async () => {
  await assert.rejects(client.call(slotCalls.lookup, { ids: ['not an id'] }), /answered 400/);
  assert.deepEqual(asked, []);
});

test('an answer without what the caller counts on is an error, not an undefined that wanders on', async () => {
  const answer = client.call(revocationCalls.list, { since: '2026-11-25T12:00:00Z' });
  await assert.rejects(answer, /^Error: GET \/internal\/revocations answered what it should not$/);
});

test('an answer may hold more than the caller knows of', async () => {
  const { doctors } = await schedule.call(doctorCalls.bookability, { ids: [slotId] });
  assert.equal(doctors[0]?.bookable, true);
});

test('only the services that a call names may ask it', async () => {
  for (const from of ['user', 'schedule', 'appointment-creator', 'review-processor'] as const) {
    const stranger = clientOf(from);
    await assert.rejects(stranger.call(slotCalls.lookup, { ids: [slotId] }), /answered 403/, from);
    await stranger.close();
  }
  assert.deepEqual(asked, []);
});

test('what is no service’s token is refused, and a route that names nobody fails at boot', async () => {
  const token = await credentialsOf('appointment').tokenFor('schedule');
  const { method, path: url } = slotCalls.lookup;
  for (const bad of ['', 'appointment', `${token}x`, token.replace('appointment', 'administrator')]) {
    const headers = { authorization: `Bearer ${bad}` };
    const answer = await app.inject({ method, url, headers, payload: { ids: [slotId] } });
    assert.equal(answer.statusCode, 401, bad);
  }
  const fresh = createInternalApp({ log, metrics: createMetrics(), verifyService });
  assert.throws(() => fresh.get('/x', { config: { permission: 'internal' } }, async () => ({})), /names no/);
});
