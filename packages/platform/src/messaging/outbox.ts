import type { Topic } from '@consulta/contracts/topics';
import { type QueryExecutorProvider, sql } from 'kysely';

/** Writes messages in the caller's transaction; call the relay's `wake` once it is committed. */
export async function enqueue(trx: QueryExecutorProvider, topic: Topic, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`INSERT INTO outbox (topic, key) SELECT ${topic}, unnest(${keys}::text[])`.execute(trx);
}
