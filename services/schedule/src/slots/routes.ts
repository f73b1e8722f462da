import { IdParams, NextSlots, NextSlotsQuery, OpenSlot, page, slotCalls } from '@consulta/contracts';
import { type Routes, type ServiceClient, serve } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { Type } from 'typebox';
import { requireDoctor } from '../bookability/require-doctor.ts';
import type { Tables } from '../tables.ts';
import { fromMsOf, pageOfSlots, SlotsQuery, slotsPageOf } from './page.ts';
import { listOpenSlots, lookupSlots, readNextAvailable, readNextSlots } from './queries.ts';

type Deps = { pool: pg.Pool; now: () => Temporal.Instant };
type OpenSlotDeps = Deps & { db: Kysely<Tables>; user: ServiceClient };

/** What patients see of a doctor's slots. */
export const openSlotRoutes =
  ({ pool, db, user, now }: OpenSlotDeps): Routes =>
  async (app) => {
    app.get(
      '/doctors/:id/slots',
      {
        config: { permission: 'public', perMinute: 1_200 },
        schema: {
          operationId: 'listOpenSlots',
          summary: "List a doctor's open slots",
          tags: ['schedules'],
          params: IdParams,
          querystring: SlotsQuery,
          refuses: ['unavailable', 'overloaded'],
          response: { 200: page(OpenSlot) },
        },
      },
      async ({ params, query }) => {
        const asked = slotsPageOf(query);
        const found = await listOpenSlots(pool, params.id, { ...asked, limit: asked.limit + 1 }, now());
        if (found.length === 0) await requireDoctor({ db, user }, params.id);
        return pageOfSlots(found, asked.limit);
      },
    );

    app.get(
      '/slots/next',
      {
        config: { permission: 'public', perMinute: 1_200 },
        schema: {
          operationId: 'listNextSlots',
          summary: "List several doctors' first open slots",
          description: 'Who cannot be booked is left out.',
          tags: ['schedules'],
          querystring: NextSlotsQuery,
          refuses: ['unavailable', 'overloaded'],
          response: { 200: Type.Object({ items: Type.Array(NextSlots) }) },
        },
      },
      async ({ query: { doctorIds, limit = 3, from } }) => {
        const asked = { limit, fromMs: fromMsOf(from) };
        return { items: await readNextSlots(pool, [...new Set(doctorIds)], asked, now()) };
      },
    );
  };

/** What the other services ask about slots, on the internal port. */
export const slotLookupRoutes =
  ({ pool, now }: Deps): Routes =>
  async (app) => {
    serve(app, slotCalls.lookup, async ({ ids }) => ({ slots: await lookupSlots(pool, ids) }));
    serve(app, slotCalls.nextAvailable, async ({ ids }) => ({
      doctors: await readNextAvailable(pool, ids, now()),
    }));
  };
