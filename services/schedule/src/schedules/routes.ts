import { Readable } from 'node:stream';
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
  callerOf,
  gone,
  idempotencyKeyOf,
  once,
  type Routes,
  recallKey,
  versionsAccepted,
} from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { Log } from '@consulta/platform/process';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { Type } from 'typebox';
import { type BookabilityDeps, ensureDoctorKnown } from '../bookability/refresh.ts';
import { pageOfSlots, SlotsQuery, slotsPageOf } from '../slots/page.ts';
import type { Tables } from '../tables.ts';
import { createSchedule, deleteSchedule, type Planning, replaceSchedule } from './commands.ts';
import { previewSchedule } from './preview.ts';
import { findSchedule, listScheduleSlots } from './queries.ts';
import type { ScheduleRow } from './schedule-row.ts';
import { listShownSchedules, showSchedule } from './show.ts';

export type ScheduleRoutesDeps = BookabilityDeps & {
  log: Log;
  now: () => Temporal.Instant;
  slotsAheadDays: number;
  slotsPerHour: number | undefined;
};

const tags = ['schedules'] as const;

/** A doctor's own schedules. */
export const scheduleRoutes =
  (deps: ScheduleRoutesDeps): Routes =>
  async (app) => {
    await app.register(readingRoutes(deps));
    await app.register(plannedRoutes(deps));
    await app.register(changingRoutes(deps));
  };

const readingRoutes =
  ({ db, now }: ScheduleRoutesDeps): Routes =>
  async (app) => {
    const config = { permission: 'schedule:read-own', perMinute: 600 } as const;
    app.get(
      '/schedules',
      {
        config,
        schema: {
          operationId: 'listSchedules',
          summary: "List one's schedules",
          tags,
          querystring: PageQuery,
          response: { 200: page(Schedule) },
        },
      },
      async (request) => listShownSchedules(db, callerOf(request).userId, request.query, now()),
    );
    app.get(
      '/schedules/:id',
      {
        config,
        schema: {
          operationId: 'readSchedule',
          summary: 'Read a schedule',
          tags,
          params: IdParams,
          tagged: true,
          response: { 200: Schedule },
        },
      },
      async (request, reply) => {
        const row = await ownSchedule(db, keyOf(request));
        return tagged(reply, await showSchedule(db, row, now()));
      },
    );
    app.get(
      '/schedules/:id/slots',
      {
        config,
        schema: {
          operationId: 'listSlotsOfSchedule',
          summary: "List a schedule's slots and who has them",
          tags,
          params: IdParams,
          querystring: SlotsQuery,
          response: { 200: page(ScheduleSlot) },
        },
      },
      async (request) => {
        const { id } = await ownSchedule(db, keyOf(request));
        const asked = slotsPageOf(request.query);
        const found = await listScheduleSlots(db, id, { ...asked, limit: asked.limit + 1 });
        return pageOfSlots(found, asked.limit);
      },
    );
  };

const plannedRoutes =
  (deps: ScheduleRoutesDeps): Routes =>
  async (app) => {
    const { db, now } = deps;
    const planning = () => planningOf(deps);
    const config = { permission: 'schedule:create', perMinute: 120 } as const;
    app.post(
      '/schedules',
      {
        config,
        schema: {
          operationId: 'createSchedule',
          summary: 'Publish a schedule',
          description: 'Its slots exist when the answer arrives.',
          tags,
          body: ScheduleInput,
          creates: '/api/v1/schedules/:id',
          tagged: true,
          refuses: ['schedule_overlaps', 'too_many_schedules', 'gone'],
          response: { 201: Schedule },
        },
      },
      async (request, reply) => {
        const doctorId = callerOf(request).userId;
        const key = idempotencyKeyOf(request);
        const id = await once(db, key, async () => {
          const earlierId = await recallKey(db, key);
          if (earlierId !== undefined) return earlierId;
          await ensureDoctorKnown(deps, doctorId);
          return createSchedule(db, doctorId, request.body, { ...planning(), key });
        });
        deps.wake();
        const row = await findSchedule(db, { id, doctorId });
        if (!row) throw gone();
        reply.code(201).header('location', `/api/v1/schedules/${id}`);
        return tagged(reply, await showSchedule(db, row, now()));
      },
    );
    app.post(
      '/schedules/preview',
      {
        config,
        schema: {
          operationId: 'previewSchedule',
          summary: 'Show which slots a schedule would make',
          tags,
          body: ScheduleInput,
          response: { 200: WrittenPreview },
        },
      },
      async (request, reply) => {
        const preview = await previewSchedule(db, callerOf(request).userId, request.body, planning());
        return reply.type('application/json; charset=utf-8').send(Readable.from(preview));
      },
    );
  };

const changingRoutes =
  (deps: ScheduleRoutesDeps): Routes =>
  async (app) => {
    const { db, now } = deps;
    const config = { permission: 'schedule:change-own', perMinute: 120 } as const;
    app.put(
      '/schedules/:id',
      {
        config,
        schema: {
          operationId: 'replaceSchedule',
          summary: 'Replace a schedule',
          description: 'Slots that did not change keep their ids.',
          tags,
          params: IdParams,
          body: ScheduleInput,
          tagged: true,
          versioned: true,
          refuses: ['schedule_overlaps', 'too_many_schedules', 'schedule_has_appointments'],
          response: { 200: Schedule },
        },
      },
      async (request, reply) => {
        const accepts = versionsAccepted(request.headers['if-match']);
        await replaceSchedule(db, keyOf(request), request.body, { ...planningOf(deps), accepts });
        deps.wake();
        const row = await ownSchedule(db, keyOf(request));
        return tagged(reply, await showSchedule(db, row, now()));
      },
    );
    app.delete(
      '/schedules/:id',
      {
        config,
        schema: {
          operationId: 'deleteSchedule',
          summary: 'Take a schedule out of service',
          tags,
          params: IdParams,
          versioned: true,
          refuses: ['schedule_has_appointments'],
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const accepts = versionsAccepted(request.headers['if-match']);
        await deleteSchedule(db, keyOf(request), { ...planningOf(deps), accepts });
        deps.wake();
        return reply.code(204).send(null);
      },
    );
  };

/** A preview is written as a stream; its schema is for the documents. */
const WrittenPreview = Type.Unsafe<Readable>(SchedulePreview);

const planningOf = ({ now, ...deps }: ScheduleRoutesDeps): Planning => ({
  now: now(),
  slotsAheadDays: deps.slotsAheadDays,
  slotsPerHour: deps.slotsPerHour,
});

type ScheduleKey = { id: string; doctorId: string };

/** Which schedule a request means: the id in its path, and only of the caller's. */
const keyOf = (request: FastifyRequest<{ Params: { id: string } }>): ScheduleKey => ({
  id: request.params.id,
  doctorId: callerOf(request).userId,
});

async function ownSchedule(db: Kysely<Tables>, key: ScheduleKey): Promise<ScheduleRow> {
  const row = await findSchedule(db, key);
  if (!row) throw problem('not_found');
  return row;
}

function tagged(reply: FastifyReply, { schedule, etag }: Awaited<ReturnType<typeof showSchedule>>): Schedule {
  reply.header('etag', etag);
  return schedule;
}
