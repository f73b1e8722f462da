import { type QueryExecutorProvider, sql } from 'kysely';

/**
 * Brings doctors' directory entries up to date with their registration, in the caller's transaction. Ratings
 * and next free times, which only the directory holds, stay as they are.
 */
export async function refreshDirectory(trx: QueryExecutorProvider, doctorIds: string[]): Promise<void> {
  await sql`
    INSERT INTO doctor_directory (doctor_id, listed, full_name, honorific, crm_number, crm_state, specialties, rqes,
      city, state, consultation_price_cents, insurances, modes)
    SELECT id, verification = 'verified', full_name, honorific, crm_number, crm_state, specialties, rqes, address ->> 'city',
      address ->> 'state', consultation_price_cents, insurances, modes
    FROM doctors JOIN users ON users.id = doctors.user_id WHERE doctors.user_id = ANY (${doctorIds}::uuid[])
    ON CONFLICT (doctor_id) DO UPDATE SET listed = excluded.listed, full_name = excluded.full_name,
      honorific = excluded.honorific, crm_number = excluded.crm_number, crm_state = excluded.crm_state, specialties = excluded.specialties,
      rqes = excluded.rqes, city = excluded.city, state = excluded.state,
      consultation_price_cents = excluded.consultation_price_cents, insurances = excluded.insurances,
      modes = excluded.modes`.execute(trx);
}
