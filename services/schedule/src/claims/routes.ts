import { claimCalls } from '@consulta/contracts';
import { type Routes, serve } from '@consulta/platform/http';
import type pg from 'pg';
import { claimSlots } from './claim.ts';
import { readClaimsPage } from './queries.ts';
import { releaseClaims } from './release.ts';

/** Claims younger than this may belong to an appointment whose decision is still being written. */
const settledAfterMinutes = 1;

/** What the appointment service asks about claims, on the internal port. */
export const claimRoutes =
  (deps: { pool: pg.Pool; now: () => Temporal.Instant; wake: () => void }): Routes =>
  async (app) => {
    serve(app, claimCalls.claim, async ({ claims }) => {
      const decided = await claimSlots(deps.pool, claims, deps.now());
      deps.wake();
      return decided;
    });
    serve(app, claimCalls.release, async ({ appointmentIds }) => {
      await releaseClaims(deps.pool, appointmentIds, deps.now());
      deps.wake();
      return {};
    });
    serve(app, claimCalls.list, async ({ after, limit = 1000 }) =>
      readClaimsPage(deps.pool, {
        after,
        limit,
        claimedBefore: deps.now().subtract({ minutes: settledAfterMinutes }),
      }),
    );
  };
