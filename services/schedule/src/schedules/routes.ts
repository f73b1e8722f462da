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
  decodeCursor,
  encodeCursor,
  exclusively,
  idempotencyKeyOf,
  isUuid,
  type Log,
  problem,
  type Routes,
  recallKey,
  type ServiceClient,
} from '@consulta/platform';
import type { FastifyReply } from 'fastify';
import type { Kysely } from 'kysely';
import { Type } from 'typebox';
import { ensureDoctorKnown } from '../bookability/refresh.ts';
import { pageOfSlots, SlotsQuery, slotsPageOf } from '../slots/page.ts';
import type { Tables } from '../tables.ts';
import { createSchedule, deleteSchedule, replaceSchedule } from './commands.ts';
import { etagOf, versionsAccepted } from './etag.ts';
import { previewSchedule } from './preview.ts';
import {
  countSlots,
  findSchedule,
  findScheduleEverMade,
  listScheduleSlots,
  listSchedules,
} from './queries.ts';
import { type ScheduleRow, toSchedule } from './schedule-row.ts';

export type ScheduleRoutesDeps = {
  db: Kysely<Tables>;
  user: ServiceClient;
  log: Log;
  now: () => Temporal.Instant;
  slotsAheadDays: number;
  wake: () => void;
};

/** A doctor's own schedules. */
export const scheduleRoutes =
  (deps: ScheduleRoutesDeps): Routes =>
  async (app) => {
    const { db } = deps;
    const planning = () => ({ now: deps.now(), slotsAheadDays: deps.slotsAheadDays });
    const show = async (row: ScheduleRow): Promise<Schedule> => {
      const counts = await countSlots(db, [row], deps.now());
      return toSchedule(row, counts.get(row.id) ?? { open: 0, taken: 0 });
    };
    const find = async (id: string, doctorId: string) => {
      const row = await findSchedule(db, { id, doctorId });
      if (!row) throw problem('not_found');
      return row;
    };
    const tagged = (reply: FastifyReply, row: ScheduleRow) => reply.header('etag', etagOf(row.version));

    app.post(
      '/schedules',
      {
        config: { permission: 'schedule:create', perMinute: 120 },
        schema: { body: ScheduleInput, response: { 201: Schedule } },
      },
      async (request, reply) => {
        const doctorId = callerOf(request).userId;
        const key = idempotencyKeyOf(request);
        const id = await exclusively(key, async () => {
          const earlierId = await recallKey(db, key);
          if (earlierId !== undefined) return earlierId;
          await ensureDoctorKnown(deps, doctorId);
          return createSchedule(db, doctorId, request.body, { ...planning(), key });
        });
        deps.wake();
        const row = await findScheduleEverMade(db, id);
        tagged(reply, row).code(201).header('location', `/api/v1/schedules/${id}`);
        return show(row);
      },
    );
    app.post(
      '/schedules/preview',
      {
        config: { permission: 'schedule:create', perMinute: 120 },
        schema: { body: ScheduleInput, response: { 200: SchedulePreview } },
      },
      async (request) => previewSchedule(db, callerOf(request).userId, request.body, planning()),
    );
    app.get(
      '/schedules',
      {
        config: { permission: 'schedule:read-own' },
        schema: { querystring: PageQuery, response: { 200: page(Schedule) } },
      },
      async (request) => {
        const { limit = 20, cursor } = request.query;
        const beforeId = cursor === undefined ? undefined : String(decodeCursor(cursor, [isUuid])[0]);
        const rows = await listSchedules(db, {
          doctorId: callerOf(request).userId,
          beforeId,
          limit: limit + 1,
        });
        const shown = rows.slice(0, limit);
        const counts = await countSlots(db, shown, deps.now());
        const items = shown.map((row) => toSchedule(row, counts.get(row.id) ?? { open: 0, taken: 0 }));
        const last = rows.length > limit ? shown.at(-1) : undefined;
        return { items, nextCursor: last ? encodeCursor([last.id]) : null };
      },
    );
    app.get(
      '/schedules/:id',
      {
        config: { permission: 'schedule:read-own' },
        schema: { params: IdParams, response: { 200: Schedule } },
      },
      async (request, reply) => {
        const row = await find(request.params.id, callerOf(request).userId);
        tagged(reply, row);
        return show(row);
      },
    );
    app.get(
      '/schedules/:id/slots',
      {
        config: { permission: 'schedule:read-own' },
        schema: { params: IdParams, querystring: SlotsQuery, response: { 200: page(ScheduleSlot) } },
      },
      async (request) => {
        const { id: scheduleId } = await find(request.params.id, callerOf(request).userId);
        const asked = slotsPageOf(request.query);
        const found = await listScheduleSlots(db, scheduleId, { ...asked, limit: asked.limit + 1 });
        return pageOfSlots(found, asked.limit);
      },
    );
    app.put(
      '/schedules/:id',
      {
        config: { permission: 'schedule:change-own', perMinute: 120 },
        schema: { params: IdParams, body: ScheduleInput, response: { 200: Schedule } },
      },
      async (request, reply) => {
        const key = { id: request.params.id, doctorId: callerOf(request).userId };
        const accepts = versionsAccepted(request.headers['if-match']);
        await replaceSchedule(db, key, request.body, { ...planning(), accepts });
        deps.wake();
        const row = await find(key.id, key.doctorId);
        tagged(reply, row);
        return show(row);
      },
    );
    app.delete(
      '/schedules/:id',
      {
        config: { permission: 'schedule:change-own', perMinute: 120 },
        schema: { params: IdParams, response: { 204: Type.Null() } },
      },
      async (request, reply) => {
        const key = { id: request.params.id, doctorId: callerOf(request).userId };
        const accepts = versionsAccepted(request.headers['if-match']);
        await deleteSchedule(db, key, { now: deps.now(), accepts });
        deps.wake();
        return reply.code(204).send(null);
      },
    );
  };
