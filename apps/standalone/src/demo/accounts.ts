import { createPasswordHasher } from '@consulta/user';
import type pg from 'pg';
import type { DemoPasswords } from './passwords.ts';
import { demoAdministrator, demoDoctor, demoPassword, demoPatient } from './people.ts';

export type DemoAccount = {
  role: 'patient' | 'doctor' | 'admin';
  name: string;
  email: string;
  password: string;
};

const people = [
  { role: 'patient', person: demoPatient(0) },
  { role: 'doctor', person: demoDoctor(0).person },
  { role: 'admin', person: demoAdministrator },
] as const;

/** One of each role, to try it with. */
export const demoAccounts = (passwords: DemoPasswords): DemoAccount[] =>
  people.map(({ role, person: { fullName, email } }) => ({
    role,
    name: fullName,
    email,
    password: passwords[role],
  }));

/** Those of them that are there and still have the password everybody knows. */
export async function accountsToTry(users: pg.Pool): Promise<DemoAccount[]> {
  const known = { patient: demoPassword, doctor: demoPassword, admin: demoPassword };
  const accounts = demoAccounts({ ...known, others: demoPassword });
  const { rows } = await users.query<{ email: string; hash: string }>(
    'SELECT email, password_hash AS hash FROM users WHERE email = ANY ($1)',
    [accounts.map(({ email }) => email)],
  );
  if (rows.length === 0) return [];
  const hashes = new Map(rows.map(({ email, hash }) => [email, hash]));
  const hasher = await createPasswordHasher();
  const unchanged = await Promise.all(
    accounts.map(({ email, password }) => hasher.verify(hashes.get(email), password)),
  );
  return accounts.filter((_, index) => unchanged[index]);
}
