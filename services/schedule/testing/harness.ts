import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  type DateScheduleInput,
  doctorCalls,
  type Problem,
  peopleCalls,
  type WeeklyScheduleInput,
} from '@consulta/contracts';
import { inProcessServices, type TokenVerifier } from '@consulta/platform/auth';
import { platformMigrations } from '@consulta/platform/database';
import { openPgBossBus } from '@consulta/platform/embedded';
import { createInternalApp, createPublicApp } from '@consulta/platform/http';
import { allTaken, type Bus } from '@consulta/platform/messaging';
import { problem } from '@consulta/platform/problems';
import { createLog, createMetrics } from '@consulta/platform/process';
import { answering, callerAllowed, createTestDatabase, serviceDouble } from '@consulta/platform/testing';
import type { Pool } from 'pg';
import { createScheduleService } from '../src/app.ts';
import { scheduleMigrations } from '../src/migrations.ts';

const log = createLog('silent');
const slotsAheadDays = 90;
const services = inProcessServices();

/** A clock that tests move; it stands still otherwise. */
function movableClock(start: string) {
  let instant = Temporal.Instant.from(start);
  return {
    now: () => instant,
    set: (text: string) => {
      instant = Temporal.Instant.from(text);
    },
    advance: (by: Temporal.DurationLike) => {
      instant = instant.add(by);
    },
  };
}

/** Stands for the user service: says of which doctors it was told that they may be booked. */
function userServiceStub() {
  const bookable = new Map<string, boolean>();
  const patients = new Set<string>();
  const deleted = new Set<string>();
  const state = { reachable: true, asked: 0 };
  const client = serviceDouble(
    answering(doctorCalls.bookability, ({ ids }) => {
      state.asked += 1;
      if (!state.reachable) throw problem('unavailable');
      const known = ids.filter((id) => bookable.has(id));
      return {
        doctors: known.map((doctorId) => ({
          doctorId,
          bookable: !deleted.has(doctorId) && (bookable.get(doctorId) ?? false),
          deleted: deleted.has(doctorId),
        })),
      };
    }),
    answering(peopleCalls.lookup, ({ ids }) => {
      if (!state.reachable) throw problem('unavailable');
      const known = ids.filter((id) => bookable.has(id) || patients.has(id));
      return {
        people: known.map((id) => ({
          id,
          role: patients.has(id) ? ('patient' as const) : ('doctor' as const),
          fullName: 'Ana Lima',
          socialName: null,
        })),
      };
    }),
  );
  return { client, bookable, patients, deleted, state };
}

/** Tokens of these tests are `role.userId`. */
const verifyToken: TokenVerifier = async (token) => {
  const [role, userId] = token.split('.');
  if ((role !== 'patient' && role !== 'doctor' && role !== 'admin') || !userId) throw problem('unauthorized');
  return { userId, role, sessionId: randomUUID(), issuedAt: 0, expiresAt: Number.MAX_SAFE_INTEGER };
};

/** For tests in which nothing is published. */
const noBus: Bus = {
  publish: async () => allTaken,
  subscribe: () => ({ stop: async () => {} }),
};

type Answer<T> = { status: number; body: T; headers: Record<string, unknown> };

/** The service over a database of its own, behind both entrances. */
export async function startTestService(
  options: { now?: string; withBus?: boolean; slotsPerHour?: number } = {},
) {
  const database = await createTestDatabase([platformMigrations, scheduleMigrations]);
  const metrics = createMetrics();
  const queues = options.withBus
    ? await openPgBossBus({ pool: database.pool, log, metrics, alone: true })
    : undefined;
  const bus = queues ?? noBus;
  const clock = movableClock(options.now ?? '2026-03-02T12:00:00Z');
  const user = userServiceStub();
  const service = await createScheduleService({
    pool: database.pool,
    bus,
    log,
    metrics,
    user: user.client,
    now: clock.now,
    config: { slotsAheadDays, slotsPerHour: options.slotsPerHour },
  });
  const app = await createPublicApp({ log, metrics, verifyToken, counters: undefined });
  await app.register(service.publicRoutes, { prefix: '/api/v1' });
  const internal = createInternalApp({ log, metrics, verifyService: services.verify });
  await internal.register(service.internalRoutes);

  /** A request from outside; its body is taken for a problem unless said otherwise. */
  const request = async <T = Problem>(
    token: string | undefined,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { ...authorization, ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    return {
      status: response.statusCode,
      body: JSON.parse(response.body || 'null'),
      headers: response.headers,
    };
  };
  /** The body of a request that must be answered with this status. */
  const expect = async <T>(status: number, ...asked: Parameters<typeof request>): Promise<T> => {
    const answer = await request<T>(...asked);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
  };
  /** A request of another service. */
  const ask = async <T>(method: 'GET' | 'POST', url: string, body?: object): Promise<T> => {
    const token = await services.credentialsOf(callerAllowed(method, url)).tokenFor('schedule');
    const headers = { authorization: `Bearer ${token}` };
    const response = await internal.inject({ method, url, headers, ...(body ? { payload: body } : {}) });
    assert.equal(response.statusCode, 200, response.body);
    return JSON.parse(response.body);
  };
  /** A new doctor's id and token; bookable unless said otherwise. */
  const newDoctor = (bookable: boolean | 'unknown' = true) => {
    const id = randomUUID();
    if (bookable !== 'unknown') user.bookable.set(id, bookable);
    return { id, token: `doctor.${id}` };
  };
  const stop = async () => {
    await service.stop();
    await app.close();
    await internal.close();
    await queues?.close();
    await database.drop();
  };
  return { database, bus, clock, user, service, request, expect, ask, newDoctor, stop };
}

export const patientToken = () => `patient.${randomUUID()}`;

/** A Tuesday morning in São Paulo, with two slots that tests vary. */
export const dateInput = (over: Partial<DateScheduleInput> = {}): DateScheduleInput => ({
  kind: 'date',
  date: '2026-03-10',
  times: ['09:00', '10:00'],
  slotMinutes: 30,
  timeZone: 'America/Sao_Paulo',
  ...over,
});

/** Mondays and Wednesdays, four slots a morning. */
export const weeklyInput = (over: Partial<WeeklyScheduleInput> = {}): WeeklyScheduleInput => ({
  kind: 'weekly',
  weekdays: ['monday', 'wednesday'],
  startTime: '08:00',
  endTime: '10:00',
  slotMinutes: 30,
  timeZone: 'America/Sao_Paulo',
  validFrom: '2026-03-01',
  ...over,
});

/** Asks until the state is there; the test's own time limit ends a wait in vain. */
export async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * Doctors with one schedule each and `slotsPerDoctor` half-hour slots from tomorrow on, written by SQL. Answers
 * the slots' ids in the order of doctors and times.
 */
export async function seedSlots(pool: Pool, doctors: number, slotsPerDoctor: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `WITH d AS (INSERT INTO doctors (id, bookable) SELECT uuidv7(), true FROM generate_series(1, $1::int) RETURNING id),
    p AS (
      INSERT INTO schedules (doctor_id, kind, active, time_zone, slot_minutes, date, times, materialized_until)
      SELECT id, 'date', true, 'America/Sao_Paulo', 30, '2030-01-01', '{09:00}', '2030-01-02' FROM d
      RETURNING id, doctor_id),
    s AS (
      INSERT INTO slots (schedule_id, doctor_id, starts_at, ends_at)
      SELECT p.id, p.doctor_id, at, at + interval '30 minutes'
      FROM p, generate_series(1, $2::int) n, LATERAL (
        SELECT date_trunc('day', now()) + interval '1 day' + n * interval '30 minutes' AS at)
      RETURNING id, doctor_id, starts_at)
    SELECT id FROM s ORDER BY doctor_id, starts_at`,
    [doctors, slotsPerDoctor],
  );
  return rows.map(({ id }) => id);
}
