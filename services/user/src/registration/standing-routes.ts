import { LookupByIds, StandingsFound } from '@consulta/contracts';
import type { Routes } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type { UserTables } from '../tables.ts';
import { standingsOf } from './networks.ts';

/** How far accounts are trusted with bookings, for the service that takes these. */
export const standingRoutes =
  (db: Kysely<UserTables>, crowdedAbove: number): Routes =>
  async (app) => {
    app.post(
      '/internal/people/booking-standing',
      {
        config: { permission: 'internal' },
        schema: { body: LookupByIds, response: { 200: StandingsFound } },
      },
      async (request) => ({ people: await standingsOf(db, request.body.ids, crowdedAbove) }),
    );
  };
