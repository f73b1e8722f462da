import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { claimCalls, doctorCalls, revocationCalls, slotCalls } from '@consulta/contracts';
import { createLog, createMetrics } from '../process/index.ts';
import { createInternalApp } from './entrances.ts';
import { serve } from './internal-routes.ts';
import { createServiceClient } from './service-client.ts';

const slotId = '01936f0a-0000-7000-8000-000000000001';
const serviceToken = 'a-token-for-tests';
const asked: unknown[] = [];
const app = createInternalApp({ log: createLog('silent'), metrics: createMetrics(), serviceToken });
serve(app, slotCalls.lookup, async (ids) => {
  asked.push(ids);
  return { slots: [] };
});
serve(app, claimCalls.list, async (query) => {
  asked.push({ ...query });
  return { claims: [], nextAfter: null };
});
// A provider of another version, whose answers lack what this one counts on or hold more.
const other = { config: { permission: 'internal' as const } };
app.get(revocationCalls.list.path, other, async () => ({ now: '2026-11-25T12:00:00Z' }));
const newer = { ...other, schema: { body: doctorCalls.bookability.asked } };
app.post(doctorCalls.bookability.path, newer, async () => ({
  doctors: [{ doctorId: slotId, bookable: true, since: '2026-11-25' }],
}));
const baseUrl = await app.listen({ host: '127.0.0.1', port: 0 });
const client = createServiceClient({ baseUrl, serviceToken });
after(async () => {
  await client.close();
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
  const { doctors } = await client.call(doctorCalls.bookability, { ids: [slotId] });
  assert.equal(doctors[0]?.bookable, true);
});
