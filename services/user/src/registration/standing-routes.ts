import { peopleCalls } from '@consulta/contracts';
import { type Routes, serve } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type { UserTables } from '../tables.ts';
import { standingsOf } from './networks.ts';

/** How far accounts are trusted with bookings, for the service that takes these. */
export const standingRoutes =
  (db: Kysely<UserTables>, crowdedAbove: number): Routes =>
  async (app) => {
    serve(app, peopleCalls.bookingStanding, async ({ ids }) => ({
      people: await standingsOf(db, ids, crowdedAbove),
    }));
  };
