import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { queryBuilder } from '@consulta/platform/database';
import { inProcessFanout } from '@consulta/platform/embedded/in-process';
import type { Fanout } from '@consulta/platform/messaging';
import { createLog, createMetrics } from '@consulta/platform/process';
import type pg from 'pg';
import { appWith, bearer, newPerson, type Person } from '../../testing/documents-app.ts';
import { appointmentDatabase } from '../../testing/fixtures.ts';
import type { AppointmentTables } from '../tables.ts';
import { liveStreams } from './live-streams.ts';
import { everyEventAfter } from './queries.ts';
import { eventRoutes } from './routes.ts';
import { startSequencer } from './sequencer.ts';

const log = createLog('silent');
const everyoneSignedIn = {
  assertFresh: () => {},
  isSignedIn: () => true,
  assertSignedIn: () => {},
  onRevoked: () => () => {},
};
const deadlineMs = 120_000;

/** A process that streams events to people, on a fan-out. */
async function startProcess(pool: pg.Pool, fanout: Fanout) {
  const db = queryBuilder<AppointmentTables>(pool);
  const streams = liveStreams({
    ...{ fanout, log, revocations: everyoneSignedIn, perUserMax: 50 },
    readAfter: (afterId, limit) => everyEventAfter(db, afterId, limit),
  });
  const app = await appWith(eventRoutes({ db, streams }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const following = streams.follow();
  const stop = async () => {
    streams.end();
    await app.close();
    await following.stop();
  };
  return { url: `http://127.0.0.1:${port}/api/v1/events`, stop };
}

type Received = { id: number; appointmentId: string };

/** Opens a person's stream; `upTo` answers what it has brought once that is so many events. */
async function openStream(url: string, person: Person, lastEventId?: number) {
  const response = await fetch(url, {
    headers: {
      authorization: bearer(person),
      ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
    },
    signal: AbortSignal.timeout(deadlineMs),
  });
  assert.equal(response.status, 200);
  assert.ok(response.body);
  const received: Received[] = [];
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const upTo = async (count: number): Promise<Received[]> => {
    while (received.length < count) {
      const { value, done } = await reader.read();
      assert.ok(!done, `the stream ended after ${received.length} events`);
      const blocks = (text + value).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, id, data] = /^id: (\d+)\nevent: appointment\ndata: (.*)$/.exec(block) ?? [];
        if (data) received.push({ id: Number(id), appointmentId: JSON.parse(data).appointmentId });
      }
    }
    return received;
  };
  // The stream begins with a comment once its reader counts.
  text = (await reader.read()).value ?? '';
  return { upTo, close: () => reader.cancel() };
}

const write = (pool: pg.Pool, patients: Person[], doctor: Person, count: number) =>
  pool.query(
    `INSERT INTO pending_events (appointment_id, patient_id, doctor_id, status)
     SELECT gen_random_uuid(), ($1::uuid[])[1 + n % $2], $3, 'confirmed' FROM generate_series(1, $4::int) AS n`,
    [patients.map(({ id }) => id), patients.length, doctor.id, count],
  );

/** What of the stream a person has to be told. */
async function expected(pool: pg.Pool, person: Person): Promise<Received[]> {
  const { rows } = await pool.query<Received>(
    `SELECT stream_id AS id, appointment_id AS "appointmentId" FROM event_stream
     WHERE $1 IN (patient_id, doctor_id) ORDER BY stream_id`,
    [person.id],
  );
  return rows;
}

/** A fan-out whose messages each arrive after a while of their own. */
const delayed = (fanout: Fanout): Fanout => ({
  ...fanout,
  publish: (channel, message) => {
    setTimeout(() => fanout.publish(channel, message), Math.random() * 50);
  },
});

test('two sequencers and announcements that cross: every stream gets each event once, in order', async (t) => {
  const { pool, drop } = await appointmentDatabase();
  const fanout = delayed(inProcessFanout(log));
  const sequencers = [
    startSequencer({ pool, fanout, log, metrics: createMetrics() }),
    startSequencer({ pool, fanout, log, metrics: createMetrics() }),
  ];
  const processes = await Promise.all([startProcess(pool, fanout), startProcess(pool, fanout)]);
  t.after(async () => {
    for (const { stop } of [...processes, ...sequencers]) await stop();
    await drop();
  });
  const doctor = newPerson('doctor');
  const patients = Array.from({ length: 4 }, () => newPerson('patient'));
  const readers = [doctor, ...patients].flatMap((person) => processes.map(({ url }) => ({ person, url })));
  const open = await Promise.all(
    readers.map(async (reader) => ({ ...reader, stream: await openStream(reader.url, reader.person) })),
  );

  const late: typeof open = [];
  for (let written = 0; written < 10_000; written += 100) {
    await write(pool, patients, doctor, 100);
    for (const { wake } of sequencers) wake();
    // Some come in the middle and want all from the beginning.
    const reader = written % 1_000 === 500 ? readers[(written / 500) % readers.length] : undefined;
    if (reader) late.push({ ...reader, stream: await openStream(reader.url, reader.person, 0) });
  }

  assert.equal(late.length, 10);
  for (const { person, stream } of [...open, ...late]) {
    const received = await stream.upTo(person === doctor ? 10_000 : 2_500);
    assert.deepEqual(received, await expected(pool, person));
    await stream.close();
  }
});

test('where no announcement arrives, all streams of a process share a look every now and then', async (t) => {
  const { pool, drop } = await appointmentDatabase();
  const looks = new Set<() => void>();
  const away: Fanout = {
    publish: () => {},
    subscribe: () => () => {},
    onLost: (look) => {
      looks.add(look);
      return () => looks.delete(look);
    },
  };
  const sequencer = startSequencer({ pool, fanout: away, log, metrics: createMetrics() });
  const { url, stop } = await startProcess(pool, away);
  t.after(async () => {
    await stop();
    await sequencer.stop();
    await drop();
  });
  assert.equal(looks.size, 1);
  const [doctor, patient] = [newPerson('doctor'), newPerson('patient')];
  const streams = await Promise.all(
    [doctor, patient, doctor, patient].map((person) => openStream(url, person)),
  );
  await write(pool, [patient], doctor, 3);
  const numbered = async () => (await expected(pool, doctor)).length;
  while ((await numbered()) < 3) await sleep(10);
  let queries = 0;
  pool.on('acquire', () => {
    queries += 1;
  });
  for (const look of looks) look();
  for (const stream of streams) assert.equal((await stream.upTo(3)).length, 3);
  // The sequencer looks for itself, four times a second and with two queries at most.
  assert.ok(queries < 20, `${queries} queries`);
  for (const stream of streams) await stream.close();
});

test('who comes when everybody had left misses nothing', async (t) => {
  const { pool, drop } = await appointmentDatabase();
  const fanout = inProcessFanout(log);
  const sequencer = startSequencer({ pool, fanout, log, metrics: createMetrics() });
  const { url, stop } = await startProcess(pool, fanout);
  t.after(async () => {
    await stop();
    await sequencer.stop();
    await drop();
  });
  const [doctor, patient] = [newPerson('doctor'), newPerson('patient')];
  const first = await openStream(url, doctor);
  await write(pool, [patient], doctor, 2);
  sequencer.wake();
  assert.equal((await first.upTo(2)).length, 2);
  await first.close();
  await write(pool, [patient], doctor, 2);
  sequencer.wake();
  while ((await expected(pool, doctor)).length < 4) await sleep(10);
  const second = await openStream(url, doctor, 2);
  await write(pool, [patient], doctor, 1);
  sequencer.wake();
  assert.deepEqual(await second.upTo(3), (await expected(pool, doctor)).slice(2));
  await second.close();
});
