import { dayInBrazil, Figures, FiguresQuery } from '@consulta/contracts';
import { callerOf, type Routes } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type { AppointmentTables } from '../tables.ts';
import { countStatuses, sumRatings } from './queries.ts';
import { toFigures, weeksAsked } from './rules.ts';

/** A doctor's own figures, week by week. */
export const figureRoutes =
  ({ db, now }: { db: Kysely<AppointmentTables>; now: () => Temporal.Instant }): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/users/me/figures',
      config: { permission: 'figure:read-own', perMinute: 60 },
      schema: {
        operationId: 'readFigures',
        summary: "Read figures of one's practice",
        description: 'Week by week, weeks without any included; two years at most.',
        tags: ['people'],
        querystring: FiguresQuery,
        response: { 200: Figures },
      },
      handler: async (request) => {
        const { userId } = callerOf(request);
        const weeks = weeksAsked(request.query, dayInBrazil(now()));
        const [statuses, ratings] = await Promise.all([
          countStatuses(db, userId, weeks),
          sumRatings(db, userId, weeks),
        ]);
        return toFigures(weeks, statuses, ratings);
      },
    });
  };
