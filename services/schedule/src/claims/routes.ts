import { ClaimSlots, ClaimsDecided, ClaimsPage, ClaimsPageQuery, ReleaseClaims } from '@consulta/contracts';
import type { Routes } from '@consulta/platform/http';
import type pg from 'pg';
import { Type } from 'typebox';
import { claimSlots, readClaimsPage, releaseClaims } from './queries.ts';

/** Claims younger than this may belong to an appointment whose decision is still being written. */
const settledAfterMinutes = 1;

/** What the appointment service asks about claims, on the internal port. */
export const claimRoutes =
  (deps: { pool: pg.Pool; now: () => Temporal.Instant; wake: () => void }): Routes =>
  async (app) => {
    app.post(
      '/internal/claims',
      { config: { permission: 'internal' }, schema: { body: ClaimSlots, response: { 200: ClaimsDecided } } },
      async (request) => {
        const decided = await claimSlots(deps.pool, request.body.claims, deps.now());
        deps.wake();
        return decided;
      },
    );
    app.post(
      '/internal/claims/release',
      {
        config: { permission: 'internal' },
        schema: { body: ReleaseClaims, response: { 200: Type.Object({}) } },
      },
      async (request) => {
        await releaseClaims(deps.pool, request.body.appointmentIds, deps.now());
        deps.wake();
        return {};
      },
    );
    app.get(
      '/internal/claims',
      {
        config: { permission: 'internal' },
        schema: { querystring: ClaimsPageQuery, response: { 200: ClaimsPage } },
      },
      async ({ query }) =>
        readClaimsPage(deps.pool, {
          after: query.after,
          limit: query.limit ?? 1000,
          claimedBefore: deps.now().subtract({ minutes: settledAfterMinutes }),
        }),
    );
  };
