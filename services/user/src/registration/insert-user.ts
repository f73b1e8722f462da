import type { RegisterUser, VerificationState } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { type IdempotencyKey, rememberKey } from '@consulta/platform/http';
import { enqueue } from '@consulta/platform/messaging';
import { type Kysely, sql, type Transaction } from 'kysely';
import { refreshDirectory } from '../directory/refresh.ts';
import { violation } from '../people/violations.ts';
import type { UserTables } from '../tables.ts';
import { type NetworkLimits, rememberNetwork } from './networks.ts';

export type NewUser = { id: string; input: RegisterUser; passwordHash: string };

/**
 * Stores a new user (and their directory entry, if a doctor) with the events this makes true. Answers the id
 * of the user to show: another one when the idempotency key was used before. Throws 409 `email_taken`,
 * `cpf_taken`, `crm_taken`, 429 `rate_limited` when too many come from one network.
 */
export async function insertUser(
  db: Kysely<UserTables>,
  { id, input, passwordHash }: NewUser,
  options: {
    key: IdempotencyKey | undefined;
    verification: VerificationState;
    network?: { hash: Buffer; limits: NetworkLimits } | undefined;
  },
): Promise<string> {
  return inTransaction(db, async (trx) => {
    const shown = await rememberKey(trx, options.key, id);
    if (shown !== id) return shown;
    await insertPerson(trx, { id, input, passwordHash });
    if (options.network) await rememberNetwork(trx, id, options.network.hash, options.network.limits);
    if (input.doctor) await insertDoctor(trx, id, input.doctor, options.verification);
    return id;
  }).catch((error: unknown) => {
    throw violation(error);
  });
}

const insertPerson = (trx: Transaction<UserTables>, { id, input, passwordHash }: NewUser) =>
  trx
    .insertInto('users')
    .values({
      id,
      role: input.role,
      full_name: input.fullName,
      social_name: input.socialName ?? null,
      birth_date: input.birthDate ?? null,
      email: input.email,
      cpf: input.cpf,
      phone: input.phone,
      address: input.address ? JSON.stringify(input.address) : null,
      password_hash: passwordHash,
    })
    .execute();

async function insertDoctor(
  trx: Transaction<UserTables>,
  userId: string,
  doctor: NonNullable<RegisterUser['doctor']>,
  verification: VerificationState,
): Promise<void> {
  await trx
    .insertInto('doctors')
    .values({
      user_id: userId,
      crm_number: doctor.crm.number,
      crm_state: doctor.crm.state,
      specialties: doctor.specialties,
      rqes: JSON.stringify(doctor.rqes ?? []),
      bio: doctor.bio ?? null,
      honorific: doctor.honorific ?? null,
      consultation_price_cents: doctor.consultationPriceCents,
      insurances: doctor.insurances ?? [],
      modes: doctor.modes ?? ['in_person'],
      verification,
      verified_at: verification === 'verified' ? sql<Date>`now()` : null,
      suspension_reason: null,
    })
    .execute();
  await refreshDirectory(trx, [userId]);
  if (verification === 'verified') await enqueue(trx, 'doctor_bookability_changed', [userId]);
}
