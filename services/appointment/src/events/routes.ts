import type { Caller } from '@consulta/platform/auth';
import { callerOf, type Routes } from '@consulta/platform/http';
import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { Type } from 'typebox';
import type { AppointmentTables } from '../tables.ts';
import { EventConnection } from './connection.ts';
import type { LiveStreams } from './live-streams.ts';
import { eventsAfter, streamBounds } from './queries.ts';

const catchUpPage = 500;

/** The live stream of changes to the caller's appointments, resumable with `Last-Event-ID`. */
export const eventRoutes =
  (deps: { db: Kysely<AppointmentTables>; streams: LiveStreams }): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/events',
      exposeHeadRoute: false,
      config: { permission: 'event:follow', perMinute: 60 },
      schema: {
        operationId: 'followEvents',
        summary: "Follow changes to one's appointments",
        description:
          'A stream of server-sent events, kept for 24 hours; a `Last-Event-ID` that is older gets a `reset` event. ' +
          'Browsers read it with `fetch`, since `EventSource` cannot send the token (docs/live-events.md).',
        tags: ['appointments'],
        produces: ['text/event-stream'],
        resumes: true,
        response: { 200: Type.String() },
      },
      handler: async (request, reply) => {
        const caller = callerOf(request);
        const { floor, head } = await streamBounds(deps.db);
        const wanted = lastEventId(request);
        const resumable = wanted === undefined || (wanted >= floor && wanted <= head);
        const connection = new EventConnection(reply.raw, resumable ? (wanted ?? head) : head);

        reply.hijack();
        // What every answer carries goes along: a page of another origin may read nothing without it.
        for (const [name, value] of Object.entries(reply.getHeaders())) {
          if (value !== undefined) reply.raw.setHeader(name, value);
        }
        reply.raw.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'x-accel-buffering': 'no',
        });
        connection.heartbeat();
        if (!resumable) connection.reset();
        const remove = deps.streams.add({ caller, connection }, head);
        if (reply.raw.destroyed) return remove();
        reply.raw.once('close', remove);
        // Among the readers already, so that between what is read now and what they are told nothing is missed.
        await tellMissed(deps.db, caller, connection).catch((error: unknown) => {
          request.log.warn({ err: error }, 'a reader of live events has to come again');
          connection.close();
        });
      },
    });
  };

async function tellMissed(
  db: Kysely<AppointmentTables>,
  caller: Caller,
  connection: EventConnection,
): Promise<void> {
  while (connection.isOpen) {
    const missed = await eventsAfter(db, caller, connection.lastId, catchUpPage);
    for (const event of missed) connection.sendMissed(event);
    if (missed.length < catchUpPage) return connection.caughtUp();
  }
}

/** The id after which the reader resumes; undefined without one, NaN-free: a strange one counts as unknown. */
function lastEventId(request: FastifyRequest): number | undefined {
  const header = request.headers['last-event-id'];
  if (header === undefined || header === '') return undefined;
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : -1;
}
