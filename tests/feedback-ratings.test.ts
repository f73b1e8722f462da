import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { appointmentMigrations } from '@consulta/appointment';
import { type DoctorRatings, doctorCalls } from '@consulta/contracts';
import { inProcessServices } from '@consulta/platform/auth';
import { platformMigrations } from '@consulta/platform/database';
import { openKeyRingFile } from '@consulta/platform/embedded';
import { inProcessCache, inProcessFanout } from '@consulta/platform/embedded/in-process';
import {
  createInternalApp,
  createServiceClient,
  httpTransport,
  type ServiceClient,
} from '@consulta/platform/http';
import { allTaken, type Bus, type BusMessage } from '@consulta/platform/messaging';
import { createLog, createMetrics } from '@consulta/platform/process';
import { answering, createTestDatabase, serviceDouble } from '@consulta/platform/testing';
import { createReviewProcessor } from '@consulta/review-processor';
import { createUserService, userMigrations } from '@consulta/user';
import { insertUsersInBulk } from '@consulta/user/seeding';
import { eventually } from './support/eventually.ts';
import { doctorInput } from './support/people.ts';
import { type Random, seeded } from './support/random.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1_000_000));
const feedbacksTotal = 10_000;
const doctorsTotal = 7;

const [appointments, users] = await Promise.all([
  createTestDatabase([platformMigrations, appointmentMigrations]),
  createTestDatabase([platformMigrations, userMigrations]),
]);
const log = createLog('silent');
const handed: { handler: (messages: BusMessage[]) => Promise<void> } = { handler: async () => {} };
/** Hands the processor's handler to the test, which plays the queue. */
const bus: Bus = {
  publish: async () => allTaken,
  subscribe: (_topic, _options, handler) => {
    handed.handler = handler;
    return { stop: async () => {} };
  },
};
const folder = await mkdtemp(join(tmpdir(), 'consulta-ratings-'));
const userService = await createUserService({
  pool: users.pool,
  bus,
  cache: inProcessCache(),
  fanout: inProcessFanout(log),
  keyRing: await openKeyRingFile(join(folder, 'keys.json')),
  log,
  metrics: createMetrics(),
  schedule: serviceDouble(),
  config: { doctorVerification: 'auto' },
});
const { credentialsOf, verify: verifyService } = inProcessServices();
const internal = createInternalApp({ log, metrics: createMetrics(), verifyService });
await internal.register(userService.internalRoutes);
await internal.listen({ host: '127.0.0.1', port: 0 });
const { port } = internal.server.address() as AddressInfo;
const client = createServiceClient({
  transport: httpTransport(`http://127.0.0.1:${port}`),
  to: 'user',
  credentials: credentialsOf('review-processor'),
  log,
});
const processors: { stop: () => Promise<void> }[] = [];
/** Starts a review processor that tells this of ratings. */
async function startProcessor(user: ServiceClient): Promise<void> {
  const processor = createReviewProcessor({ pool: appointments.pool, bus, user, log });
  processors.push(processor);
  await processor.start();
}
after(async () => {
  for (const processor of processors) await processor.stop();
  await client.close();
  await internal.close();
  await userService.stop();
  // Where the two databases have a server of their own, dropping one stops it.
  await users.pool.end();
  await appointments.drop();
  await rm(folder, { recursive: true, force: true });
});

const newDoctors = (count: number) =>
  insertUsersInBulk(
    users.pool,
    Array.from({ length: count }, () => doctorInput() as never),
    'no password',
  );

/** Concluded appointments with their feedback, as the appointment service leaves them. */
async function insertFeedbacks(doctorIds: string[], random: Random): Promise<Map<string, number[]>> {
  const rows = Array.from({ length: feedbacksTotal }, (_, n) => ({
    n,
    doctor_id: random.pick(doctorIds),
    rating: 1 + random.below(5),
  }));
  await appointments.pool.query(
    `WITH input AS (
       SELECT uuidv7() AS id, doctor_id, rating, timestamptz '2026-01-05 12:00Z' + n * interval '1 hour' AS starts_at
       FROM jsonb_to_recordset($1) AS input (n integer, doctor_id uuid, rating integer)
     ), requests AS (
       INSERT INTO booking_requests (id, slot_id, schedule_id, doctor_id, patient_id, starts_at, ends_at, time_zone, mode)
       SELECT id, id, id, doctor_id, id, starts_at, starts_at + interval '30 minutes', 'America/Sao_Paulo', 'video' FROM input
     ), booked AS (
       INSERT INTO appointments (id, slot_id, doctor_id, patient_id, starts_at, ends_at, status, booked_as)
       SELECT id, id, doctor_id, id, starts_at, starts_at + interval '30 minutes', 'concluded', 'confirmed' FROM input
     ) INSERT INTO feedbacks (appointment_id, doctor_id, patient_id, rating) SELECT id, doctor_id, id, rating FROM input`,
    [JSON.stringify(rows)],
  );
  return new Map(
    [...Map.groupBy(rows, (row) => row.doctor_id)].map(([id, own]) => [id, own.map(({ rating }) => rating)]),
  );
}

/** Calls that arrive late and out of order, and now and then once more, long after newer ones. */
function unreliable(random: Random): ServiceClient {
  const old: DoctorRatings[] = [];
  return serviceDouble(
    answering(doctorCalls.rate, async (ratings) => {
      old.push(ratings);
      await new Promise((resolve) => setTimeout(resolve, random.below(15)));
      if (random.chance(0.3)) await client.call(doctorCalls.rate, random.pick(old));
      return client.call(doctorCalls.rate, ratings);
    }),
  );
}

/** Each message once and a fifth of them twice, in any order. */
function deliveries(ids: string[], random: Random): BusMessage[] {
  const repeated = ids.filter(() => random.chance(0.2));
  const keyed = [...ids, ...repeated].map((key) => ({
    order: random.unit(),
    message: { id: crypto.randomUUID(), key },
  }));
  return keyed.sort((a, b) => a.order - b.order).map(({ message }) => message);
}

/** The queue: random batches, several at a time. */
async function deliver(messages: BusMessage[], random: Random): Promise<void> {
  const waiting = [...messages];
  const worker = async () => {
    while (waiting.length > 0) await handed.handler(waiting.splice(0, 1 + random.below(200)));
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

type Stored = { doctor_id: string; rating_sum: number; rating_count: number; rating_average: number | null };
const storedRatings = async (ids: string[]): Promise<Stored[]> =>
  (
    await users.pool.query<Stored>(
      `SELECT doctor_id, rating_sum, rating_count, rating_average FROM doctor_directory
       WHERE doctor_id = ANY ($1::uuid[]) ORDER BY doctor_id`,
      [ids],
    )
  ).rows;

test(`10,000 feedbacks in any order, a fifth of them twice, give exact ratings (SEED=${seed})`, async () => {
  const random = seeded(seed);
  const doctorIds = (await newDoctors(doctorsTotal)).sort();
  const given = await insertFeedbacks(doctorIds, random);
  await startProcessor(unreliable(random));
  const { rows } = await appointments.pool.query<{ id: string }>('SELECT id FROM feedbacks');
  const messages = deliveries(
    rows.map(({ id }) => id),
    random,
  );
  assert.ok(messages.length > feedbacksTotal * 1.15);
  await deliver(messages, random);

  const expected = doctorIds.map((doctor_id) => {
    const ratings = given.get(doctor_id) ?? [];
    const rating_sum = ratings.reduce((sum, rating) => sum + rating, 0);
    return {
      doctor_id,
      rating_sum,
      rating_count: ratings.length,
      rating_average: rating_sum / ratings.length,
    };
  });
  const stored = await storedRatings(doctorIds);
  const counts = ({ doctor_id, rating_sum, rating_count }: Stored) => [doctor_id, rating_sum, rating_count];
  assert.deepEqual(stored.map(counts), expected.map(counts));
  for (const [index, { rating_average }] of stored.entries()) {
    const difference = Math.abs((rating_average ?? 0) - (expected[index]?.rating_average ?? 0));
    assert.ok(difference < 0.005, `the average is ${difference} off`);
  }
});

test('a message about feedback that is gone, or about none, harms nothing', async () => {
  await startProcessor(client);
  const before = await appointments.pool.query('SELECT * FROM doctor_ratings ORDER BY doctor_id');
  await handed.handler([{ id: crypto.randomUUID(), key: crypto.randomUUID() }]);
  await handed.handler([]);
  assert.deepEqual(
    (await appointments.pool.query('SELECT * FROM doctor_ratings ORDER BY doctor_id')).rows,
    before.rows,
  );
});

test('a failed hand-over is made good when the message comes again', async () => {
  const random = seeded(seed + 1);
  const [doctorId = ''] = await newDoctors(1);
  await appointments.pool.query('DELETE FROM reviews; DELETE FROM feedbacks; DELETE FROM doctor_ratings');
  await appointments.pool.query('DELETE FROM appointments');
  const given = await insertFeedbacks([doctorId], random);
  const { rows } = await appointments.pool.query<{ id: string }>('SELECT id FROM feedbacks LIMIT 300');
  const messages = rows.map(({ id }) => ({ id: crypto.randomUUID(), key: id }));
  await startProcessor(serviceDouble());
  await assert.rejects(handed.handler(messages));
  await startProcessor(client);
  await handed.handler(messages);
  assert.ok(given.size === 1);
  assert.equal((await storedRatings([doctorId]))[0]?.rating_count, 300);
});

test('feedback that no message told of, or whose hand-over failed for good, is swept up', async () => {
  for (const processor of processors.splice(0)) await processor.stop();
  const random = seeded(seed + 2);
  const doctorIds = (await newDoctors(2)).sort();
  await appointments.pool.query('DELETE FROM reviews; DELETE FROM feedbacks; DELETE FROM doctor_ratings');
  await appointments.pool.query('DELETE FROM appointments');
  await insertFeedbacks(doctorIds, random);
  await startProcessor(serviceDouble());
  const { rows } = await appointments.pool.query<{ id: string }>('SELECT id FROM feedbacks LIMIT 300');
  await assert.rejects(handed.handler(rows.map(({ id }) => ({ id: crypto.randomUUID(), key: id }))));
  for (const processor of processors.splice(0)) await processor.stop();

  await appointments.pool.query("UPDATE feedbacks SET given_at = given_at - interval '61 seconds'");
  await startProcessor(client);
  await eventually(async () => {
    const stored = await storedRatings(doctorIds);
    const counted = stored.reduce((sum, { rating_count }) => sum + rating_count, 0);
    assert.equal(counted, feedbacksTotal);
  }, 60_000);
  await eventually(async () => {
    const { rowCount } = await appointments.pool.query('SELECT FROM feedbacks WHERE NOT rated');
    assert.equal(rowCount, 0);
  }, 60_000);
});

test('an older version never replaces a newer one, whatever comes with it and however often', async () => {
  const doctorIds = await newDoctors(2);
  const send = (versions: [index: number, version: number, sum: number][]) => {
    const ratings: DoctorRatings['ratings'] = versions.map(([index, version, sum]) => {
      return { doctorId: doctorIds[index] ?? '', version, sum, count: version };
    });
    return client.call(doctorCalls.rate, { ratings });
  };
  await send([
    [0, 3, 12],
    [1, 1, 5],
  ]);
  await send([
    [0, 2, 10],
    [1, 2, 6],
  ]);
  await send([[0, 3, 15]]);
  const sums = async () =>
    new Map((await storedRatings(doctorIds)).map((row) => [row.doctor_id, row.rating_sum]));
  assert.deepEqual([(await sums()).get(doctorIds[0] ?? ''), (await sums()).get(doctorIds[1] ?? '')], [12, 6]);

  const versions = Array.from({ length: 50 }, (_, i) => i + 4);
  const random = seeded(seed + 2);
  await Promise.all(
    versions.sort(() => random.unit() - 0.5).map((version) => send([[0, version, version * 4]])),
  );
  assert.equal((await sums()).get(doctorIds[0] ?? ''), 53 * 4);
});
