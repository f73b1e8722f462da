import type { Revocation } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { type Kysely, sql, type Transaction } from 'kysely';
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
 *
 * @param options `grace` honours a token once more that was used less than 20 s ago: in a browser tabs wake together,
 *   and answers are lost on the way. The tokens that follow from both uses share one line: the first of them that is
 *   used makes the other a used one.
 */
export const rotateRefreshToken = (
  db: Kysely<UserTables>,
  token: string,
  { grace }: { grace: boolean },
): Promise<Rotation> =>
  inTransaction(db, async (trx) => {
    const found = await lockSessionOf(trx, token);
    if (!found) return { outcome: 'unknown' };
    const isUsed = found.used_at !== null;
    if (isUsed && !(grace && found.within_grace)) {
      return { outcome: 'reused', revoked: await endSessions(trx, [found.session_id]) };
    }
    if (isUsed) await noteSecondUse(trx, token);
    else await supersede(trx, found.session_id);
    const next = newRefreshToken();
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

const noteSecondUse = (trx: Transaction<UserTables>, token: string) =>
  trx
    .updateTable('refresh_tokens')
    .set({ used_again_at: sql<Date>`now()` })
    .where('hash', '=', hashOfRefreshToken(token))
    .execute();

/** Makes all that could be used of a session used; mostly that is the one token that came. */
const supersede = (trx: Transaction<UserTables>, sessionId: string) =>
  trx
    .updateTable('refresh_tokens')
    .set({ used_at: sql<Date>`now()` })
    .where('session_id', '=', sessionId)
    .where('used_at', 'is', null)
    .execute();
