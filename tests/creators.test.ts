import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { appointmentMigrations } from '@consulta/appointment';
import { migrate, openPool, platformMigrations } from '@consulta/platform/database';
import { openPgBossBus } from '@consulta/platform/embedded';
import { startEmbeddedPostgres } from '@consulta/platform/embedded/postgres';
import { startRelay } from '@consulta/platform/messaging';
import { createLog, createMetrics } from '@consulta/platform/process';
import { createTestDatabase } from '@consulta/platform/testing';
import type pg from 'pg';
import { type Creator, creators } from './support/creators.ts';
import { cuttableNetwork } from './support/cuttable-network.ts';
import { assertDecidedOnce, storeRequests, untilDecided } from './support/waiting-requests.ts';

/*
 * Several appointment creators, each in a process of its own, on one AppointmentDB and one queue.
 */

const log = createLog('silent');
const withinMs = 75_000;
const [appointments, queues] = await Promise.all([
  createTestDatabase([platformMigrations, appointmentMigrations]),
  createTestDatabase([]),
]);
const { pool } = appointments;
const bus = await openPgBossBus({ pool: queues.pool, log, metrics: createMetrics(), alone: false });
const all = await creators();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
after(async () => {
  await all.stop();
  await bus.close();
  await queues.pool.end();
  await appointments.drop();
});

const place = { databaseUrl: appointments.url, busUrl: queues.url };

/** As the appointment service does: hints go from the outbox to the queue. */
function relayHints(): void {
  const relay = startRelay({ pool, bus, log });
  ends.push(relay.stop);
}

async function startCreator(where = place): Promise<Creator> {
  const creator = await all.start(where);
  ends.push(creator.kill);
  return creator;
}

test('two creators over 1,000 waiting doctors decide at least a tenth each', async (t) => {
  const pair = [await startCreator(), await startCreator()];
  relayHints();
  const ids = await storeRequests(pool, { doctors: 1_000, slotsOfEach: 2, rivals: 5 });
  await untilDecided(pool, ids, withinMs);
  await assertDecidedOnce(pool, ids);
  for (const { claimed } of pair) {
    t.diagnostic(`${claimed.size} of ${ids.length} requests`);
    assert.ok(claimed.size >= ids.length / 10);
  }
});

/** Cuts off the first of these that asks for claims, in the middle of its chunk; the others' answers wait until then. */
function untilOneIsCut(pair: Creator[], cut: (creator: Creator) => unknown) {
  const { promise, resolve } = Promise.withResolvers<{
    creator: Creator;
    chunk: string[];
    goOn: () => void;
  }>();
  const { promise: others, resolve: letOthersGoOn } = Promise.withResolvers<void>();
  let first: Creator | undefined;
  for (const creator of pair) {
    creator.beforeAnswer = async (chunk) => {
      if (first) return creator === first || others;
      first = creator;
      const { promise: held, resolve: goOn } = Promise.withResolvers<void>();
      await cut(creator);
      letOthersGoOn();
      resolve({ creator, chunk, goOn });
      return held;
    };
  }
  return promise;
}

/** Others decide what the one that was cut off had in hand; when it is back nothing is decided twice, and it serves. */
async function assertOthersTakeOver(
  database: pg.Pool,
  {
    ids,
    pair,
    cutOff,
    mend,
    say,
  }: {
    ids: string[];
    pair: Creator[];
    cutOff: ReturnType<typeof untilOneIsCut>;
    mend: (creator: Creator) => unknown;
    say: (words: string) => void;
  },
): Promise<void> {
  const { creator, chunk, goOn } = await cutOff;
  const cutAtMs = performance.now();
  await untilDecided(database, chunk, withinMs);
  say(`its ${chunk.length} requests were decided after ${Math.round(performance.now() - cutAtMs)} ms`);
  await untilDecided(database, ids, withinMs);
  await mend(creator);
  goOn();
  for (const each of pair) if (each !== creator) await each.kill();
  const more = await storeRequests(database, { doctors: 10, slotsOfEach: 1, rivals: 2 });
  await untilDecided(database, more, withinMs);
  await assertDecidedOnce(database, [...ids, ...more]);
}

const freeze = ({ child }: Creator) => child.kill('SIGSTOP');
const thaw = ({ child }: Creator) => child.kill('SIGCONT');

for (const hinted of [true, false]) {
  const what = hinted ? 'lines that hints named' : 'what had waited too long';
  test(`when a creator is stopped in the middle of ${what}, others decide its requests`, async (t) => {
    const pair = [await startCreator(), await startCreator()];
    const cutOff = untilOneIsCut(pair, freeze);
    const ids = await storeRequests(pool, { doctors: 200, slotsOfEach: 1, rivals: 2 });
    if (hinted) relayHints();
    else await pool.query('DELETE FROM outbox');
    const say = (words: string) => t.diagnostic(words);
    await assertOthersTakeOver(pool, { ids, pair, cutOff, mend: thaw, say });
  });
}

test('when a creator’s network goes away in the middle of a chunk, others decide its requests', async (t) => {
  const network = await cuttableNetwork();
  if (typeof network === 'string') return t.skip(network);
  ends.push(network.remove);
  const folder = await mkdtemp(join(tmpdir(), 'consulta-cut-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const settings = { listen_addresses: `127.0.0.1,${network.host}` };
  const server = await startEmbeddedPostgres({ folder, durable: false, log, settings });
  ends.push(server.stop);
  await appendFile(join(folder, 'data', 'pg_hba.conf'), `\nhost all all ${network.subnet} scram-sha-256\n`);
  const administration = openPool({ url: server.administrationUrl('postgres'), connectionsMax: 1 });
  await administration.query('SELECT pg_reload_conf()');
  await administration.end();
  const [own, queue] = [(await server.database('appointments'))(), (await server.database('bus'))()];
  const database = openPool({ url: own, connectionsMax: 4 });
  ends.push(() => database.end());
  await migrate(database, [platformMigrations, appointmentMigrations]);

  const far = (url: string) => url.replace('127.0.0.1', network.host);
  const { host, within } = network;
  const cuttable = await startCreator({ databaseUrl: far(own), busUrl: far(queue), ...{ host, within } });
  const near = await startCreator({ databaseUrl: own, busUrl: queue });
  const cutOff = untilOneIsCut([cuttable], network.cut);
  near.beforeAnswer = () => cutOff;
  const ids = await storeRequests(database, { doctors: 600, slotsOfEach: 1, rivals: 2 });
  const farBus = openPool({ url: queue, connectionsMax: 2 });
  ends.push(() => farBus.end());
  const queueBus = await openPgBossBus({ pool: farBus, log, metrics: createMetrics(), alone: false });
  ends.push(queueBus.close);
  const relay = startRelay({ pool: database, bus: queueBus, log });
  ends.push(relay.stop);
  const say = (words: string) => t.diagnostic(words);
  await assertOthersTakeOver(database, { ids, pair: [cuttable, near], cutOff, mend: network.mend, say });
});
