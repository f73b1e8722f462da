import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { peopleCalls, slotCalls } from '@consulta/contracts';
import { Type } from 'typebox';
import { inProcessServices } from '../auth/index.ts';
import { ProblemError } from '../problems/problem.ts';
import { createLog, createMetrics, freePort } from '../process/index.ts';
import { microBatch } from '../work/micro-batch.ts';
import { createInternalApp, createPublicApp } from './entrances.ts';
import { serve } from './internal-routes.ts';
import { createServiceClient, type Patience } from './service-client.ts';
import { httpTransport } from './transport.ts';

const log = createLog('silent');
const { credentialsOf, verify: verifyService } = inProcessServices();
const closings: (() => unknown)[] = [];
after(async () => {
  for (const close of closings.reverse()) await close();
});

const clientOf = (baseUrl: string, patience?: Patience) => {
  const calling = {
    transport: httpTransport(baseUrl),
    to: 'schedule' as const,
    credentials: credentialsOf('appointment'),
    log,
  };
  const client = createServiceClient(patience ? { ...calling, patience } : calling);
  closings.push(client.close);
  return () => client.call(slotCalls.lookup, { ids: [] });
};

type Answering = (request: IncomingMessage, response: ServerResponse) => void;
const found: Answering = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"slots":[]}');
};
const answering =
  (status: number): Answering =>
  (_request, response) =>
    response.writeHead(status).end();
const silent: Answering = () => {};
const cut: Answering = ({ socket }) => socket.destroy();

/** A service whose answers a test decides; it counts what it is asked, and by which connections. */
async function scripted(...script: Answering[]) {
  const state = { asked: 0, answer: found, headers: [] as IncomingMessage['headers'][] };
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    state.asked += 1;
    state.headers.push(request.headers);
    sockets.add(request.socket);
    (script.shift() ?? state.answer)(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { state, sockets, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** What a person is told when a service is away, and how long that took. */
async function refusedAfterMs(call: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await assert.rejects(call(), (error) => {
    return error instanceof ProblemError && error.code === 'unavailable' && error.retryAfterSeconds === 1;
  });
  return performance.now() - startedMs;
}

const short: Patience = { requestMs: 200, workMs: 200 };
/** Far more than a call may take, for machines that are busy. */
const wellWithinMs = 5_000;

test('a service that is not there is told at once, and one that says nothing when the time is over', async () => {
  const away = clientOf(`http://127.0.0.1:${await freePort()}`);
  assert.ok((await refusedAfterMs(away)) < wellWithinMs);
  const { url, state } = await scripted();
  state.answer = silent;
  const tookMs = await refusedAfterMs(clientOf(url, short));
  assert.ok(tookMs >= 190 && tookMs < wellWithinMs, `${tookMs} ms`);
  assert.equal(state.asked, 1, 'whoever waited in vain does not wait again');
});

test('what failed on the way, or with 503, is asked again up to twice; a refusal is not', async () => {
  const restarting = await scripted(cut, answering(503));
  await clientOf(restarting.url)();
  assert.equal(restarting.state.asked, 3);
  const down = await scripted();
  down.state.answer = answering(503);
  await refusedAfterMs(clientOf(down.url));
  assert.equal(down.state.asked, 3);
  for (const status of [400, 401, 403, 404, 500]) {
    const refusing = await scripted(answering(status));
    await assert.rejects(clientOf(refusing.url), new RegExp(`answered ${status}$`));
    assert.equal(refusing.state.asked, 1, String(status));
  }
});

test('after a few failures calls fail without asking, until one finds the service again', async () => {
  const { url, state } = await scripted();
  state.answer = answering(503);
  const call = clientOf(url);
  for (let failures = 0; failures < 5; failures += 1) await refusedAfterMs(call);
  const askedBefore = state.asked;
  for (let spared = 0; spared < 50; spared += 1) await refusedAfterMs(call);
  assert.ok(state.asked <= askedBefore + 3, 'at most the one that tries');
  state.answer = found;
  await assertComesBack(call);
  await Promise.all(Array.from({ length: 20 }, call));
});

async function assertComesBack(call: () => Promise<unknown>): Promise<void> {
  const untilMs = performance.now() + 10_000;
  for (;;) {
    const back = await call().then(
      () => true,
      () => false,
    );
    if (back) return;
    assert.ok(performance.now() < untilMs, 'it was not found again');
    await sleep(50);
  }
}

test('a refusal says nothing against the service: it goes on being asked', async () => {
  const { url, state } = await scripted();
  state.answer = answering(400);
  const call = clientOf(url);
  for (let refused = 0; refused < 10; refused += 1) await assert.rejects(call, /answered 400/);
  state.answer = found;
  await call();
});

test('calls are spread over connections, and a connection that fails takes no other call with it', async () => {
  const { url, sockets } = await scripted();
  const call = clientOf(url);
  await Promise.all(Array.from({ length: 8 }, call));
  const before = sockets.size;
  assert.ok(before > 1, 'more than one connection');
  sockets.clear();
  for (let later = 0; later < 8; later += 1) await call();
  assert.ok(sockets.size > 1, 'also calls one after another');
});

test('an answer that came while the caller was too busy to look is no silence', async () => {
  const { url } = await scripted((request, response) => found(request, response));
  const call = clientOf(url, { requestMs: 100, workMs: 100 });
  await call();
  const answer = call();
  await new Promise((resolve) => setImmediate(resolve));
  const busyUntilMs = performance.now() + 1_000;
  while (performance.now() < busyUntilMs);
  await answer;
});

/** A service that asks another in order to answer. */
async function chain(patience: Patience) {
  const last = await scripted();
  const app = createInternalApp({ log, metrics: createMetrics(), verifyService });
  const ask = clientOf(last.url, patience);
  serve(app, peopleCalls.lookup, async () => {
    await ask();
    return { people: [] };
  });
  await app.ready();
  closings.push(() => app.close());
  const send = async (headers: Record<string, string>) => {
    const authorization = `Bearer ${await credentialsOf('schedule').tokenFor('user')}`;
    const { method, path: url } = peopleCalls.lookup;
    return app.inject({ method, url, headers: { authorization, ...headers }, payload: { ids: [] } });
  };
  const lastHeard = () => last.state.headers.at(-1) ?? {};
  return { send, lastHeard, state: last.state };
}

test('a request’s id and the time that is left for it travel to the services called', async () => {
  const { send, lastHeard } = await chain({ requestMs: 60_000, workMs: 1 });
  const answer = await send({ 'x-request-id': 'of-a-request-1', 'x-deadline-ms': '30000' });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.headers['x-request-id'], 'of-a-request-1');
  assert.equal(lastHeard()['x-request-id'], 'of-a-request-1');
  const leftMs = Number(lastHeard()['x-deadline-ms']);
  assert.ok(leftMs > 0 && leftMs <= 30_000, `${leftMs} ms`);
  await send({});
  assert.ok(Number(lastHeard()['x-deadline-ms']) > 30_000, 'its own, where the caller says nothing');
  for (const forged of ['a b', 'x'.repeat(65), '<b>', '"']) {
    const { headers } = await send({ 'x-request-id': forged, 'x-deadline-ms': '-1' });
    assert.match(String(headers['x-request-id']), /^[\w-]{1,64}$/);
    assert.equal(lastHeard()['x-request-id'], headers['x-request-id']);
  }
});

test('what is done for a person’s request carries its id as well, also behind a body and a batch', async () => {
  const { url, state } = await scripted();
  const ask = clientOf(url);
  const batched = microBatch<string, string>({
    name: 'slots',
    run: async (items) => {
      await ask();
      return items;
    },
    itemsMax: 10,
    concurrencyMax: 1,
    waitingMax: 10,
    isolateFailures: false,
  });
  const verifyToken = () => assert.fail('nobody needs a token');
  const app = await createPublicApp({ log, metrics: createMetrics(), verifyToken, counters: undefined });
  closings.push(() => app.close());
  const body = Type.Object({ text: Type.String({ maxLength: 9 }) }, { additionalProperties: false });
  app.post('/x', { config: { permission: 'public', perMinute: 60 }, schema: { body } }, async () => ({
    said: await batched('x'),
  }));
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  const { headers, status } = await fetch(`${base}/x`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'mine' },
    body: JSON.stringify({ text: 'x' }),
  });
  assert.equal(status, 200);
  assert.notEqual(headers.get('x-request-id'), 'mine', 'people do not choose their ids');
  assert.equal(state.headers.at(-1)?.['x-request-id'], headers.get('x-request-id'));
});

test('what nobody waits for any more is not done', async () => {
  const { send, state } = await chain({ requestMs: 60_000, workMs: 1 });
  assert.equal((await send({ 'x-deadline-ms': '0' })).statusCode, 503);
  assert.equal(state.asked, 0);
});
