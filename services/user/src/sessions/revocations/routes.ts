import { revocationCalls } from '@consulta/contracts';
import { type Routes, serve } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type { UserTables } from '../../tables.ts';
import { readRevocations } from './queries.ts';

/** The feed by which every service learns who was signed out. */
export const revocationRoutes =
  (db: Kysely<UserTables>): Routes =>
  async (app) => {
    serve(app, revocationCalls.list, ({ since }) => readRevocations(db, since));
  };
