import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doctorCalls, slotCalls } from '@consulta/contracts';
import { inProcessServices } from '../../auth/index.ts';
import { createInternalApp, createServiceClient } from '../../http/index.ts';
import { serve } from '../../http/internal-routes.ts';
import { problem } from '../../problems/problem.ts';
import { createLog, createMetrics } from '../../process/index.ts';
import { inProcessTransport } from './transport.ts';

const log = createLog('silent');
const { credentialsOf, verify: verifyService } = inProcessServices();
const slotId = '019adf3e-0000-7000-8000-000000000001';

/** A client beside the schedule service's entrance, which answers a look for slots by `lookUp`. */
async function beside(
  lookUp: (ids: string[]) => Promise<never[]>,
  patience = { requestMs: 5_000, workMs: 5_000 },
) {
  const app = createInternalApp({ log, metrics: createMetrics(), verifyService });
  serve(app, slotCalls.lookup, async ({ ids }) => ({ slots: await lookUp(ids) }));
  await app.ready();
  const transport = inProcessTransport();
  const clientOf = (from: 'appointment' | 'user') =>
    createServiceClient({ transport, to: 'schedule', credentials: credentialsOf(from), log, patience });
  return { app, transport, clientOf };
}

test('a service of the same process is asked by its own route, with token and checks, before anything listens', async () => {
  const asked: string[][] = [];
  const { app, transport, clientOf } = await beside(async (ids) => {
    asked.push(ids);
    return [];
  });
  await assert.rejects(clientOf('appointment').call(slotCalls.lookup, { ids: [] }), { code: 'unavailable' });
  transport.answerBy(app);
  assert.deepEqual(await clientOf('appointment').call(slotCalls.lookup, { ids: [slotId] }), { slots: [] });
  assert.deepEqual(asked, [[slotId]]);
  await assert.rejects(clientOf('user').call(slotCalls.lookup, { ids: [slotId] }), /answered 403/);
  await assert.rejects(clientOf('appointment').call(slotCalls.lookup, { ids: ['x'] }), /answered 400/);
  await assert.rejects(clientOf('appointment').call(doctorCalls.bookability, { ids: [] }), /answered 404/);
  assert.equal(asked.length, 1);
  await app.close();
});

test('what cannot answer at present, or not in time, is unavailable', async () => {
  const failing = await beside(() => Promise.reject(problem('unavailable')));
  failing.transport.answerBy(failing.app);
  const call = (client: ReturnType<typeof failing.clientOf>) =>
    client.call(slotCalls.lookup, { ids: [slotId] });
  await assert.rejects(call(failing.clientOf('appointment')), { code: 'unavailable' });
  await failing.app.close();

  const { promise: held, resolve: letGo } = Promise.withResolvers<never[]>();
  const silent = await beside(() => held, { requestMs: 20, workMs: 20 });
  silent.transport.answerBy(silent.app);
  await assert.rejects(call(silent.clientOf('appointment')), { code: 'unavailable' });
  letGo([]);
  await silent.app.close();
  await assert.rejects(call(silent.clientOf('appointment')), { code: 'unavailable' });
});
