import type { Revocation } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { type Kysely, sql } from 'kysely';
import type { UserTables } from '../tables.ts';
import { endSessions } from './end-sessions.ts';
import { type OpenSession, sessionEnd } from './open-session.ts';
import { lockSessionOf } from './queries.ts';
import { hashOfRefreshToken, newRefreshToken } from './refresh-token.ts';

export type Rotation =
  | { outcome: 'rotated'; session: OpenSession }
  | { outcome: 'reused'; revoked: Revocation[] }
  | { outcome: 'unknown' };

/**
 * Exchanges a refresh token for the next one. A token that was used before tells of a theft, and nobody can
 * say whose copy is the thief's: then its whole family ends (RFC 9700, 4.14.2).
 */
export const rotateRefreshToken = (db: Kysely<UserTables>, token: string): Promise<Rotation> =>
  inTransaction(db, async (trx) => {
    const found = await lockSessionOf(trx, token);
    if (!found) return { outcome: 'unknown' };
    if (found.used_at !== null) {
      return { outcome: 'reused', revoked: await endSessions(trx, [found.session_id]) };
    }
    const next = newRefreshToken();
    await trx
      .updateTable('refresh_tokens')
      .set({ used_at: sql<Date>`now()` })
      .where('hash', '=', hashOfRefreshToken(token))
      .execute();
    await trx
      .insertInto('refresh_tokens')
      .values({ hash: next.hash, session_id: found.session_id })
      .execute();
    await trx
      .updateTable('sessions')
      .set({ last_used_at: sql<Date>`now()`, expires_at: sessionEnd })
      .where('id', '=', found.session_id)
      .execute();
    const { user_id: userId, session_id: sessionId, role } = found;
    return { outcome: 'rotated', session: { userId, sessionId, role, refreshToken: next.token } };
  });
