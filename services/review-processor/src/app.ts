import { countReviews, noteRated, ratingsAfter } from '@consulta/appointment/store/reviews';
import { rateDoctors } from '@consulta/contracts/internal/ratings';
import type { Service } from '@consulta/platform/hosting';
import type { ServiceClient } from '@consulta/platform/http/client';
import type { Bus } from '@consulta/platform/messaging';
import type { Log } from '@consulta/platform/process';
import type pg from 'pg';
import { startSweep } from './sweep.ts';

/**
 * The worker that turns feedback into ratings. The queue may repeat, delay and reorder: each feedback is counted once,
 * and a rating is handed on with its version, so that an older one never replaces a newer. What the queue loses is
 * swept up.
 */
export function createReviewProcessor(deps: {
  pool: pg.Pool;
  bus: Bus;
  user: ServiceClient;
  log: Log;
}): Service {
  const { pool, bus, user, log } = deps;
  const parts: { stop: () => Promise<void> }[] = [];
  const count = async (feedbackIds: string[]) => {
    await countReviews(pool, feedbackIds);
    await user.call(rateDoctors, { ratings: await ratingsAfter(pool, feedbackIds) });
    await noteRated(pool, feedbackIds);
  };
  return {
    name: 'review processor',
    stopMs: 200,
    start: async () => {
      const subscription = bus.subscribe('feedback_given', { batchMax: 500 }, (messages) =>
        count(messages.map(({ key }) => key)),
      );
      parts.push(subscription, startSweep({ pool, count, log }));
    },
    stop: async () => {
      await Promise.all(parts.splice(0).map((part) => part.stop()));
    },
  };
}
