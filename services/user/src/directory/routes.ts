import {
  DoctorDetails,
  doctorCalls,
  IdParams,
  Names,
  Place,
  PlacesQuery,
  specialties,
} from '@consulta/contracts';
import type { Cache } from '@consulta/platform/caching';
import { type Routes, serve } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { Type } from 'typebox';
import type { UserTables } from '../tables.ts';
import type { FindPlaces } from './places.ts';
import { readDoctor, readInsurances } from './queries.ts';
import { storeRatings } from './store-ratings.ts';

type Deps = { db: Kysely<UserTables>; searchPool: pg.Pool; cache: Cache; findPlaces: FindPlaces };
const tags = ['doctors'] as const;
const insurancesKey = 'insurances';
const insurancesMs = 60_000;

/** Doctors' profiles, and the names to search by. */
export const directoryRoutes =
  ({ db, searchPool, cache, findPlaces }: Deps): Routes =>
  async (app) => {
    app.get(
      '/doctors/:id',
      {
        config: { permission: 'public', perMinute: 2_400 },
        schema: {
          operationId: 'readDoctor',
          summary: "A doctor's profile",
          tags,
          params: IdParams,
          refuses: ['unavailable', 'overloaded'],
          response: { 200: DoctorDetails },
        },
      },
      async (request) => readDoctor(db, request.params.id),
    );

    app.get(
      '/places',
      {
        config: { permission: 'public', perMinute: 1_200 },
        schema: {
          operationId: 'listPlaces',
          summary: 'The cities in which doctors can be booked',
          description: 'Those with most doctors first; case and accents do not matter.',
          tags,
          querystring: PlacesQuery,
          refuses: ['unavailable', 'overloaded'],
          response: { 200: Type.Object({ items: Type.Array(Place) }) },
        },
      },
      async (request) => ({ items: await findPlaces(request.query) }),
    );

    app.get(
      '/specialties',
      {
        config: { permission: 'public', perMinute: 300 },
        schema: {
          operationId: 'listSpecialties',
          summary: 'The specialties that CFM recognizes',
          tags,
          response: { 200: { ...Names, examples: [{ items: ['Cardiologia', 'Pediatria'] }] } },
        },
      },
      async () => ({ items: [...specialties] }),
    );

    app.get(
      '/insurances',
      {
        config: { permission: 'public', perMinute: 300 },
        schema: {
          operationId: 'listInsurances',
          summary: 'The insurances that doctors here accept',
          tags,
          refuses: ['unavailable', 'overloaded'],
          response: { 200: { ...Names, examples: [{ items: ['Bradesco Saúde', 'Unimed'] }] } },
        },
      },
      async () => {
        const [cached] = await cache.getMany([insurancesKey]);
        if (Array.isArray(cached)) return { items: cached.map(String) };
        const items = await readInsurances(searchPool);
        await cache.setMany([[insurancesKey, items]], insurancesMs);
        return { items };
      },
    );
  };

/** Takes over doctors' ratings from whoever counts them. */
export const ratingRoutes =
  (pool: pg.Pool): Routes =>
  async (app) => {
    serve(app, doctorCalls.rate, async ({ ratings }) => {
      await storeRatings(pool, ratings);
      return {};
    });
  };
