import { IdParams, LookupByIds, NextAvailable, OpenSlot, page, SlotsFound } from '@consulta/contracts';
import type { Routes } from '@consulta/platform/http';
import type pg from 'pg';
import { pageOfSlots, SlotsQuery, slotsPageOf } from './page.ts';
import { listOpenSlots, lookupSlots, readNextAvailable } from './queries.ts';

type Deps = { pool: pg.Pool; now: () => Temporal.Instant };

/** What patients see of a doctor's slots. */
export const openSlotRoutes =
  ({ pool, now }: Deps): Routes =>
  async (app) => {
    app.get(
      '/doctors/:id/slots',
      {
        config: { permission: 'slot:search', perMinute: 300 },
        schema: {
          operationId: 'listOpenSlots',
          summary: "List a doctor's open slots",
          tags: ['schedules'],
          params: IdParams,
          querystring: SlotsQuery,
          response: { 200: page(OpenSlot) },
        },
      },
      async ({ params, query }) => {
        const asked = slotsPageOf(query);
        const found = await listOpenSlots(pool, params.id, { ...asked, limit: asked.limit + 1 }, now());
        return pageOfSlots(found, asked.limit);
      },
    );
  };

/** What the other services ask about slots, on the internal port. */
export const slotLookupRoutes =
  ({ pool, now }: Deps): Routes =>
  async (app) => {
    app.post(
      '/internal/slots/lookup',
      { config: { permission: 'internal' }, schema: { body: LookupByIds, response: { 200: SlotsFound } } },
      async ({ body }) => ({ slots: await lookupSlots(pool, body.ids) }),
    );
    app.post(
      '/internal/doctors/next-available',
      { config: { permission: 'internal' }, schema: { body: LookupByIds, response: { 200: NextAvailable } } },
      async ({ body }) => ({ doctors: await readNextAvailable(pool, body.ids, now()) }),
    );
  };
