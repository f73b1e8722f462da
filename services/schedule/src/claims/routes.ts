import { ClaimSlots, ClaimsDecided, ClaimsPage, Id, ReleaseClaims } from '@consulta/contracts';
import type { Routes } from '@consulta/platform';
import type pg from 'pg';
import { Type } from 'typebox';
import { claimSlots, readClaimsPage, releaseClaims } from './queries.ts';

type ClaimDeps = { pool: pg.Pool; now: () => Temporal.Instant; afterCommit: () => void };

const PageOfClaims = Type.Object(
  {
    after: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000, default: 1000 })),
  },
  { additionalProperties: false },
);

/** Claiming and releasing slots, for the appointment service and its workers. */
export const claimRoutes =
  ({ pool, now, afterCommit }: ClaimDeps): Routes =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/internal/claims',
      config: { permission: 'internal' },
      schema: { body: ClaimSlots, response: { 200: ClaimsDecided } },
      handler: async (request) => {
        const decided = await claimSlots(pool, request.body.claims, now());
        afterCommit();
        return decided;
      },
    });
    app.route({
      method: 'POST',
      url: '/internal/claims/release',
      config: { permission: 'internal' },
      schema: { body: ReleaseClaims, response: { 200: Type.Object({}) } },
      handler: async (request) => {
        await releaseClaims(pool, request.body.appointmentIds, now());
        afterCommit();
        return {};
      },
    });
    app.route({
      method: 'GET',
      url: '/internal/claims',
      config: { permission: 'internal' },
      schema: { querystring: PageOfClaims, response: { 200: ClaimsPage } },
      handler: ({ query }) =>
        readClaimsPage(pool, {
          after: query.after,
          limit: query.limit ?? 1000,
          claimedBefore: now().subtract({ minutes: 1 }),
        }),
    });
  };
