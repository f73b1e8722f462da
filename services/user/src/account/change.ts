import type { UpdateMe, User } from '@consulta/contracts';
import { badField, enqueue, inTransaction, problem } from '@consulta/platform';
import { type Kysely, sql, type Transaction } from 'kysely';
import { refreshDirectory } from '../directory/refresh.ts';
import type { UserTables } from '../tables.ts';
import { readUser } from './queries.ts';
import { violation } from './violations.ts';

/**
 * Changes a user's account, and their directory entry if a doctor. Throws 400 when someone else than a doctor
 * sends a doctor's details, 409 `email_taken`.
 */
export async function changeUser(db: Kysely<UserTables>, userId: string, change: UpdateMe): Promise<User> {
  await inTransaction(db, async (trx) => {
    const changed = await changePerson(trx, userId, change);
    if (changed.role === 'doctor') {
      if (change.doctor) await changeDoctor(trx, userId, change.doctor);
      await refreshDirectory(trx, [userId]);
    } else if (change.doctor) {
      throw badField('/doctor', 'is only for the role doctor');
    }
    await enqueue(trx, 'person_changed', [userId]);
  }).catch((error: unknown) => {
    throw violation(error);
  });
  return readUser(db, userId);
}

async function changePerson(trx: Transaction<UserTables>, userId: string, change: UpdateMe) {
  const changed = await trx
    .updateTable('users')
    .set({
      ...(change.fullName === undefined ? {} : { full_name: change.fullName }),
      ...(change.socialName === undefined ? {} : { social_name: change.socialName }),
      ...(change.email === undefined ? {} : { email: change.email }),
      ...(change.phone === undefined ? {} : { phone: change.phone }),
      ...(change.address === undefined ? {} : { address: JSON.stringify(change.address) }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', userId)
    .returning('role')
    .executeTakeFirst();
  if (!changed) throw problem('not_found');
  return changed;
}

async function changeDoctor(
  trx: Transaction<UserTables>,
  userId: string,
  change: NonNullable<UpdateMe['doctor']>,
): Promise<void> {
  const { specialties } = await trx
    .selectFrom('doctors')
    .select('specialties')
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const kept = change.specialties ?? specialties;
  if (change.rqes?.some(({ specialty }) => !kept.includes(specialty))) {
    throw badField('/doctor/rqes', 'must be of your specialties');
  }
  const { bio, modes, insurances, consultationPriceCents } = change;
  await trx
    .updateTable('doctors')
    .set({
      specialties: kept,
      ...(change.rqes === undefined ? {} : { rqes: JSON.stringify(change.rqes) }),
      ...(bio === undefined ? {} : { bio }),
      ...(consultationPriceCents === undefined ? {} : { consultation_price_cents: consultationPriceCents }),
      ...(insurances === undefined ? {} : { insurances }),
      ...(modes === undefined ? {} : { modes }),
    })
    .where('user_id', '=', userId)
    .execute();
  if (change.specialties && !change.rqes) await dropStrayRqes(trx, userId, change.specialties);
}

/** An RQE stands behind a claimed specialty only (CFM 2.336/2023); with the claim gone it goes too. */
async function dropStrayRqes(
  trx: Transaction<UserTables>,
  userId: string,
  specialties: string[],
): Promise<void> {
  await sql`UPDATE doctors SET rqes = coalesce(
      (SELECT jsonb_agg(rqe) FROM jsonb_array_elements(rqes) rqe WHERE rqe ->> 'specialty' = ANY (${specialties})),
      '[]')
    WHERE user_id = ${userId}`.execute(trx);
}
