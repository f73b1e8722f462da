import { type Kysely, sql } from 'kysely';
import type { Credentials } from '../sessions/open-session.ts';
import type { UserTables } from '../tables.ts';
import type { Identifier } from './identifier.ts';

/** The account that an identifier names. */
export async function findCredentials(
  db: Kysely<UserTables>,
  identifier: Identifier,
): Promise<Credentials | undefined> {
  let query = db.selectFrom('users').select(['id', 'role', 'password_hash']);
  if (identifier.kind === 'email') {
    query = query.where(sql`lower(email)`, '=', sql`lower(${identifier.email})`);
  } else if (identifier.kind === 'cpf') {
    query = query.where('cpf', '=', identifier.cpf);
  } else {
    query = query.where('id', '=', (eb) =>
      eb
        .selectFrom('doctors')
        .select('user_id')
        .where(sql`ltrim(crm_number, '0')`, '=', sql`ltrim(${identifier.number}, '0')`)
        .where(sql`crm_state`, '=', identifier.state),
    );
  }
  const row = await query.executeTakeFirst();
  return row && { userId: row.id, role: row.role, passwordHash: row.password_hash };
}
