import { details, type UpdateMe, type User } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { digestOf } from '@consulta/platform/http';
import { enqueue } from '@consulta/platform/messaging';
import { badField, problem } from '@consulta/platform/problems';
import { type Kysely, sql, type Transaction } from 'kysely';
import { refreshDirectory } from '../directory/refresh.ts';
import type { PasswordHasher } from '../passwords/hasher.ts';
import { readUser } from '../people/queries.ts';
import { violation } from '../people/violations.ts';
import { type HeldAccount, lockOwnAccount } from '../sessions/lock-own-account.ts';
import type { UserTables } from '../tables.ts';
import { lockQualifications, noteRequalification } from '../verification/requalification.ts';
import { confirmPassword } from './confirm-password.ts';

type Deps = {
  db: Kysely<UserTables>;
  hasher: PasswordHasher;
  /** Whether an administrator verifies doctors, and so looks again at one whose name or qualifications change. */
  doctorVerification: 'manual' | 'auto';
};
type Owner = { userId: string; sessionId: string; ip: string };

/**
 * Changes a user's account, and their directory entry if a doctor. Throws 400 when someone else than a doctor
 * sends a doctor's details or a new e-mail comes without the password, 401 `invalid_credentials` or `unauthorized`,
 * 409 `email_taken`, 429 `too_many_attempts`.
 */
export async function changeUser(
  { db, hasher, doctorVerification }: Deps,
  owner: Owner,
  { password, ...change }: UpdateMe,
  accepts: (state: string) => boolean = () => true,
): Promise<User> {
  const verifiedHash =
    password === undefined ? undefined : await confirmPassword(db, hasher, { ...owner, password });
  await inTransaction(db, async (trx) => {
    const account = await lockOwnAccount(trx, owner);
    const current = digestOf(await readUser(trx, owner.userId));
    if (!accepts(current)) throw problem('stale_version', details.readAgain);
    assertEmailChangeable(account, change, verifiedHash);
    const before = account.role === 'doctor' ? await lockQualifications(trx, owner.userId) : undefined;
    if (change.doctor && !before) throw badField('/doctor', 'only_for_doctors');
    if (change.address === null && account.role === 'doctor') throw badField('/address', 'required');
    await changePerson(trx, owner.userId, change);
    if (before) {
      if (change.doctor) await changeDoctor(trx, owner.userId, change.doctor);
      await noteRequalification(trx, owner.userId, before, doctorVerification);
      await refreshDirectory(trx, [owner.userId]);
    }
    await enqueue(trx, 'person_changed', [owner.userId]);
  }).catch((error: unknown) => {
    throw violation(error);
  });
  return readUser(db, owner.userId);
}

/** Whoever has the account's e-mail has the account, so an open session alone does not change it. */
function assertEmailChangeable(
  account: HeldAccount,
  { email }: UpdateMe,
  verifiedHash: string | undefined,
): void {
  if (email === undefined || email === account.email) return;
  if (verifiedHash === undefined) throw badField('/password', 'email_needs_password');
  if (verifiedHash !== account.password_hash) throw problem('invalid_credentials');
}

async function changePerson(trx: Transaction<UserTables>, userId: string, change: UpdateMe): Promise<void> {
  await trx
    .updateTable('users')
    .set({
      ...(change.fullName === undefined ? {} : { full_name: change.fullName }),
      ...(change.socialName === undefined ? {} : { social_name: change.socialName }),
      ...(change.email === undefined ? {} : { email: change.email }),
      ...(change.phone === undefined ? {} : { phone: change.phone }),
      ...(change.address === undefined
        ? {}
        : { address: change.address ? JSON.stringify(change.address) : null }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', userId)
    .execute();
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
    throw badField('/doctor/rqes', 'specialty_not_claimed');
  }
  const { bio, honorific, modes, insurances, consultationPriceCents } = change;
  await trx
    .updateTable('doctors')
    .set({
      specialties: kept,
      ...(change.rqes === undefined ? {} : { rqes: JSON.stringify(change.rqes) }),
      ...(bio === undefined ? {} : { bio }),
      ...(honorific === undefined ? {} : { honorific }),
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
