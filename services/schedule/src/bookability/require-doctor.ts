import { peopleCalls } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import { knownBookability } from './queries.ts';

/**
 * Throws 404 when there is no such doctor. The user service is asked about one who has no schedule yet or may not be
 * booked, who may be gone; while it cannot be reached, one met before counts as there.
 */
export async function requireDoctor(
  { db, user }: { db: Kysely<Tables>; user: ServiceClient },
  doctorId: string,
): Promise<void> {
  const known = await knownBookability(db, doctorId);
  if (known === true) return;
  const isDoctor = await user.call(peopleCalls.lookup, { ids: [doctorId] }).then(
    ({ people }) => people.some(({ role }) => role === 'doctor'),
    (error: unknown) => {
      if (known === undefined) throw error;
      return true;
    },
  );
  if (!isDoctor) throw problem('not_found');
}
