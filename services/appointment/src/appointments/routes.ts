import { Appointment, AppointmentListQuery, HistoryEntry, IdParams, page } from '@consulta/contracts';
import { callerOf, type Routes } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import { actorOf } from '../audit/actor.ts';
import type { PeopleDirectory } from '../people/directory.ts';
import type { AppointmentTables } from '../tables.ts';
import { historyOf } from './history.ts';
import { listOwn, readOwn } from './queries.ts';
import { showAppointments, showTagged } from './view.ts';

type ReadingDeps = {
  db: Kysely<AppointmentTables>;
  people: PeopleDirectory;
  now: () => Temporal.Instant;
};

/** Reading one's appointments, as their patient or their doctor. */
export const appointmentRoutes =
  (deps: ReadingDeps): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/appointments',
      config: { permission: 'appointment:read', perMinute: 600 },
      schema: {
        operationId: 'listAppointments',
        summary: "List one's appointments",
        description: 'As their patient or their doctor, by the start of the appointment.',
        tags: ['appointments'],
        querystring: AppointmentListQuery,
        response: { 200: page(Appointment) },
      },
      handler: async (request) => {
        const { rows, nextCursor } = await listOwn(deps.db, actorOf(request), request.query);
        return { items: await showAppointments(rows, deps.people, deps.now()), nextCursor };
      },
    });
    app.route({
      method: 'GET',
      url: '/appointments/:id',
      config: { permission: 'appointment:read', perMinute: 600 },
      schema: {
        operationId: 'readAppointment',
        summary: 'Read an appointment',
        tags: ['appointments'],
        params: IdParams,
        tagged: true,
        response: { 200: Appointment },
      },
      handler: async (request, reply) => {
        const row = await readOwn(deps.db, actorOf(request), request.params.id);
        return showTagged(reply, row, deps);
      },
    });
    app.route({
      method: 'GET',
      url: '/appointments/:id/history',
      config: { permission: 'appointment:read', perMinute: 600 },
      schema: {
        operationId: 'listStepsOfAppointment',
        summary: 'List the steps of an appointment',
        tags: ['appointments'],
        params: IdParams,
        response: { 200: page(HistoryEntry) },
      },
      handler: async (request) => ({
        items: await historyOf(deps.db, callerOf(request), request.params.id),
        nextCursor: null,
      }),
    });
  };
