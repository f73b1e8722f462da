import { violatedConstraint } from '@consulta/platform/database';
import pg from 'pg';

/**
 * Claims and releases lock in different orders (by slot, by appointment), so that in a rare crossing PostgreSQL
 * ends one of them; and a slot may be withdrawn between reading and claiming it. Both succeed when repeated.
 */
export async function retryingRaces<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 8 || !lostRace(error)) throw error;
    }
  }
}

const lostRace = (error: unknown) =>
  violatedConstraint(error) === 'claims_live_slot' ||
  (error instanceof pg.DatabaseError && error.code === '40P01');
