import { randomBytes } from 'node:crypto';
import { withdrawPassword } from '@consulta/user';
import type pg from 'pg';
import { demoDomain, demoPassword } from './people.ts';

/** What the accounts that are told about sign in with; nobody signs in as the others when `others` is unknown. */
export type DemoPasswords = { patient: string; doctor: string; admin: string; others: string };

/** The passwords of demo accounts: the one everybody knows where only this machine gets in, else random ones. */
export function demoPasswords(loopback: boolean): DemoPasswords {
  const make = () => (loopback ? demoPassword : randomBytes(12).toString('base64url'));
  return { patient: make(), doctor: make(), admin: make(), others: make() };
}

/**
 * Takes the public password from demo accounts that a start for this machine alone has made; to be called before
 * others can get in. Answers how many there were.
 */
export const withdrawPublicPassword = (pool: pg.Pool): Promise<number> =>
  withdrawPassword({ pool }, { password: demoPassword, emailDomain: demoDomain });
