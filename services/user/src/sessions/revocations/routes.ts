import { Instant, Revocations } from '@consulta/contracts';
import type { Routes } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import { Type } from 'typebox';
import type { UserTables } from '../../tables.ts';
import { readRevocations } from './queries.ts';

/** The feed by which every service learns who was signed out. */
export const revocationRoutes =
  (db: Kysely<UserTables>): Routes =>
  async (app) => {
    app.get(
      '/internal/revocations',
      {
        config: { permission: 'internal' },
        schema: {
          querystring: Type.Object({ since: Instant }, { additionalProperties: false }),
          response: { 200: Revocations },
        },
      },
      async (request) => readRevocations(db, request.query.since),
    );
  };
