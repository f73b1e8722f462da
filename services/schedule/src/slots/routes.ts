import {
  IdParams,
  LookupByIds,
  NextAvailable,
  OpenSlot,
  OpenSlotsQuery,
  page,
  SlotsFound,
} from '@consulta/contracts';
import { badField, type Routes } from '@consulta/platform';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import { findSlots, nextAvailable, openSlots } from './queries.ts';

type SlotDeps = { db: Kysely<Tables>; now: () => Date };

const defaultDays = 30;

/** What can be booked with a doctor. */
export const slotRoutes =
  ({ db, now }: SlotDeps): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/doctors/:id/slots',
      config: { permission: 'slot:search', perMinute: 300 },
      schema: { params: IdParams, querystring: OpenSlotsQuery, response: { 200: page(OpenSlot) } },
      handler: async (request) => {
        const { from, to, limit = 20, cursor } = request.query;
        const start = from ? instantOf(from, '/from') : now();
        const end = to ? instantOf(to, '/to') : new Date(start.getTime() + defaultDays * 86_400_000);
        return openSlots(db, now(), { doctorId: request.params.id, from: start, to: end, limit, cursor });
      },
    });
  };

/** Slots as other services ask for them. */
export const internalSlotRoutes =
  ({ db, now }: SlotDeps): Routes =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/internal/slots/lookup',
      config: { permission: 'internal' },
      schema: { body: LookupByIds, response: { 200: SlotsFound } },
      handler: async (request) => ({ slots: await findSlots(db, request.body.ids) }),
    });
    app.route({
      method: 'POST',
      url: '/internal/doctors/next-available',
      config: { permission: 'internal' },
      schema: { body: LookupByIds, response: { 200: NextAvailable } },
      handler: async (request) => ({ doctors: await nextAvailable(db, now(), request.body.ids) }),
    });
  };

/** A date far outside what PostgreSQL stores would fail there. */
function instantOf(text: string, pointer: string): Date {
  const date = new Date(text);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1900 || year > 9999) throw badField(pointer, 'is not a usable instant');
  return date;
}
