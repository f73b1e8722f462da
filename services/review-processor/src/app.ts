import { countReviews, ratingsAfter } from '@consulta/appointment/store/reviews';
import { doctorCalls } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform/http';
import type { Bus, Subscription } from '@consulta/platform/messaging';
import type pg from 'pg';

/**
 * Starts the worker that turns feedback into ratings. The queue may repeat, delay and reorder: each feedback is
 * counted once, and a rating is handed on with its version, so that an older one never replaces a newer.
 */
export function startReviewProcessor(deps: { pool: pg.Pool; bus: Bus; user: ServiceClient }): Subscription {
  return deps.bus.subscribe('feedback_given', { batchMax: 500 }, async (messages) => {
    const feedbackIds = messages.map(({ key }) => key);
    await countReviews(deps.pool, feedbackIds);
    await deps.user.call(doctorCalls.rate, { ratings: await ratingsAfter(deps.pool, feedbackIds) });
  });
}
