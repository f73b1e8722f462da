import { countReviews, ratingsAfter } from '@consulta/appointment/store/reviews';
import { rateDoctors } from '@consulta/contracts/internal/ratings';
import type { Service } from '@consulta/platform/hosting';
import type { ServiceClient } from '@consulta/platform/http/client';
import type { Bus, Subscription } from '@consulta/platform/messaging';
import type pg from 'pg';

/**
 * The worker that turns feedback into ratings. The queue may repeat, delay and reorder: each feedback is counted once,
 * and a rating is handed on with its version, so that an older one never replaces a newer.
 */
export function createReviewProcessor(deps: { pool: pg.Pool; bus: Bus; user: ServiceClient }): Service {
  let subscription: Subscription | undefined;
  const count = async (feedbackIds: string[]) => {
    await countReviews(deps.pool, feedbackIds);
    await deps.user.call(rateDoctors, { ratings: await ratingsAfter(deps.pool, feedbackIds) });
  };
  return {
    name: 'review processor',
    stopMs: 200,
    start: async () => {
      subscription = deps.bus.subscribe('feedback_given', { batchMax: 500 }, (messages) =>
        count(messages.map(({ key }) => key)),
      );
    },
    stop: async () => subscription?.stop(),
  };
}
