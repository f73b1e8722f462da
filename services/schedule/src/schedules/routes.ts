import {
  IdParams,
  PageQuery,
  page,
  Schedule,
  ScheduleInput,
  SchedulePreview,
  ScheduleSlot,
} from '@consulta/contracts';
import {
  badField,
  callerOf,
  exclusively,
  idempotencyKeyOf,
  type Routes,
  recallKey,
} from '@consulta/platform';
import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { Type } from 'typebox';
import type { Tables } from '../tables.ts';
import {
  type Clock,
  createSchedule,
  deleteSchedule,
  findConflicts,
  futureSlots,
  horizon,
  listSchedules,
  listSlots,
  readSchedule,
  replaceSchedule,
} from './queries.ts';
import { checkSchedule } from './rules.ts';

export type ScheduleDeps = {
  db: Kysely<Tables>;
  clock: Clock;
  /** Makes sure that this service knows the doctor. */
  introduceDoctor: (doctorId: string) => Promise<void>;
  /** Called after each change is committed. */
  afterCommit: () => void;
};

/** A doctor's own schedules. */
export const scheduleRoutes =
  ({ db, clock, introduceDoctor, afterCommit }: ScheduleDeps): Routes =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/schedules',
      config: { permission: 'schedule:create', perMinute: 120 },
      schema: { body: ScheduleInput, response: { 201: Schedule } },
      handler: async (request, reply) => {
        const { userId } = callerOf(request);
        const key = idempotencyKeyOf(request);
        const { schedule, version } = await exclusively(key, async () => {
          const earlier = await recallKey(db, key);
          if (earlier) return readSchedule(db, clock, userId, earlier);
          checkSchedule(request.body, clock.now());
          await introduceDoctor(userId);
          return createSchedule(db, clock, userId, request.body, key);
        });
        afterCommit();
        return reply
          .code(201)
          .header('location', `/api/v1/schedules/${schedule.id}`)
          .header('etag', etagOf(version))
          .send(schedule);
      },
    });
    app.route({
      method: 'POST',
      url: '/schedules/preview',
      config: { permission: 'schedule:create', perMinute: 120 },
      schema: { body: ScheduleInput, response: { 200: SchedulePreview } },
      handler: async (request) => {
        checkSchedule(request.body, clock.now());
        const slots = futureSlots(request.body, horizon(request.body, clock), clock);
        return {
          slots: slots.map(({ startsAt, endsAt }) => ({ startsAt: isoOf(startsAt), endsAt: isoOf(endsAt) })),
          conflicts: await findConflicts(db, callerOf(request).userId, slots),
        };
      },
    });
    app.route({
      method: 'GET',
      url: '/schedules',
      config: { permission: 'schedule:read-own' },
      schema: { querystring: PageQuery, response: { 200: page(Schedule) } },
      handler: (request) => listSchedules(db, clock, callerOf(request).userId, request.query),
    });
    app.route({
      method: 'GET',
      url: '/schedules/:id',
      config: { permission: 'schedule:read-own' },
      schema: { params: IdParams, response: { 200: Schedule } },
      handler: async (request, reply) => {
        const { schedule, version } = await readSchedule(
          db,
          clock,
          callerOf(request).userId,
          request.params.id,
        );
        return reply.header('etag', etagOf(version)).send(schedule);
      },
    });
    app.route({
      method: 'GET',
      url: '/schedules/:id/slots',
      config: { permission: 'schedule:read-own' },
      schema: { params: IdParams, querystring: PageQuery, response: { 200: page(ScheduleSlot) } },
      handler: (request) => listSlots(db, callerOf(request).userId, request.params.id, request.query),
    });
    app.route({
      method: 'PUT',
      url: '/schedules/:id',
      config: { permission: 'schedule:change-own' },
      schema: { params: IdParams, body: ScheduleInput, response: { 200: Schedule } },
      handler: async (request, reply) => {
        checkSchedule(request.body, clock.now());
        const change = {
          id: request.params.id,
          doctorId: callerOf(request).userId,
          isCurrent: ifMatch(request),
        };
        const { schedule, version } = await replaceSchedule(db, clock, change, request.body);
        afterCommit();
        return reply.header('etag', etagOf(version)).send(schedule);
      },
    });
    app.route({
      method: 'DELETE',
      url: '/schedules/:id',
      config: { permission: 'schedule:change-own' },
      schema: { params: IdParams, response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        const change = {
          id: request.params.id,
          doctorId: callerOf(request).userId,
          isCurrent: ifMatch(request),
        };
        await deleteSchedule(db, clock, change);
        afterCommit();
        return reply.code(204).send(null);
      },
    });
  };

const etagOf = (version: number) => `"${version}"`;

/** RFC 9110, 13.1.1: whether the version the caller names is the current one; without the header any is. */
function ifMatch(request: FastifyRequest): (version: number) => boolean {
  const header = request.headers['if-match'];
  if (header === undefined || header === '*') return () => true;
  if (!/^"\d{1,9}"(\s*,\s*"\d{1,9}")*$/.test(header))
    throw badField('/If-Match', 'is not an ETag this route gave');
  const named = header.split(',').map((each) => each.trim());
  return (version) => named.includes(etagOf(version));
}

/** Instants as `Date` writes them, so that the same instant is always the same text. */
const isoOf = (instant: Temporal.Instant) => new Date(instant.epochMilliseconds).toISOString();
