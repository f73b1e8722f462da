import { type QueryExecutorProvider, sql } from 'kysely';

/** Drops what lists no longer need that were begun so long ago that nobody reads on in them. */
export const forgetOldMoves = (db: QueryExecutorProvider) =>
  sql`DELETE FROM doctor_moves WHERE moved_at < now() - interval '1 hour'`.execute(db);
