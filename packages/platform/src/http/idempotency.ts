import { createHash, createHmac } from 'node:crypto';
import { details, isUuid } from '@consulta/contracts';
import type { FastifyRequest } from 'fastify';
import { type QueryExecutorProvider, sql } from 'kysely';
import { badField, ProblemError, problem } from '../problems/problem.ts';
import { addressOf } from './proxies.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The scopes of the idempotency keys whose requests this entrance is handling. */
    keysUnderWay: Set<string>;
  }
}

/** A caller's key for one request: `scope` names it, `requestHash` tells whether a repeat is the same request. */
export type IdempotencyKey = { scope: Buffer; requestHash: Buffer };

/** A key that came with a request, and the scopes under way at the entrance where it came in. */
type PresentedKey = IdempotencyKey & { underWay: Set<string> };

/**
 * Reads the `Idempotency-Key` header; undefined without one. The scope is caller, method and route; the hash is keyed
 * by the key itself, so that the stored row tells nothing of the body. Keys of different people never meet. A request
 * is the same whatever the order of its members and the case of its ids.
 *
 * @param subject who asks, where there is no account yet; the address is added to it.
 */
export function idempotencyKeyOf(request: FastifyRequest, subject?: string): PresentedKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw badField('/Idempotency-Key', 'key_format');
  }
  const caller = request.caller?.userId ?? anonymous(request, subject);
  const route = `${request.method} ${request.routeOptions.url}`;
  const scope = createHash('sha256')
    .update(JSON.stringify([caller, route, key]))
    .digest();
  const asked = JSON.stringify(canonical([request.params, request.query, request.body ?? null]));
  const requestHash = createHmac('sha256', key).update(asked).digest();
  return { scope, requestHash, underWay: request.server.keysUnderWay };
}

/** The value with its members in one order and its ids in lower case (compare RFC 8785). */
function canonical(value: unknown): unknown {
  if (isUuid(value)) return value.toLowerCase();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, canonical(member)]));
}

function anonymous(request: FastifyRequest, subject: string | undefined): string[] {
  const { url } = request.routeOptions;
  if (subject === undefined) throw new Error(`${url} takes a key from nobody in particular`);
  return [addressOf(request), subject];
}

/**
 * Runs `work` unless a request with the same key is under way at this entrance (409). This spares work; between
 * processes the key's row decides.
 */
export async function exclusively<T>(key: PresentedKey | undefined, work: () => Promise<T>): Promise<T> {
  if (!key) return work();
  const { underWay } = key;
  const name = key.scope.toString('base64');
  if (underWay.has(name)) throw problem('idempotency_in_progress');
  underWay.add(name);
  try {
    return await work();
  } finally {
    underWay.delete(name);
  }
}

/**
 * Runs `work`, which has one effect however often and wherever its key comes in, and answers all alike. Within this
 * process a request whose key is under way is refused (409); between processes the key's row decides, which commits with
 * the effect. What `work` refuses because another process has just had the effect (the thing is there already, the limit
 * is reached by it) is no answer: it is run again, and finds the key known.
 */
export function once<T>(
  db: QueryExecutorProvider,
  key: PresentedKey | undefined,
  work: () => Promise<T>,
): Promise<T> {
  return exclusively(key, () =>
    work().catch(async (error: unknown) => {
      if (!key || !(error instanceof ProblemError) || !(await isKnown(db, key))) throw error;
      return work();
    }),
  );
}

/**
 * Remembers in the caller's transaction that the key made `resourceId`; answers the id to reply with: the same
 * one, or, for a repeat, the one made first (then the caller makes nothing). Throws 422 for another request.
 */
export async function rememberKey(
  trx: QueryExecutorProvider,
  key: IdempotencyKey | undefined,
  resourceId: string,
): Promise<string> {
  if (await isFirstUse(trx, key, resourceId)) return resourceId;
  return (await recallKey(trx, key)) ?? resourceId;
}

/**
 * Remembers in the caller's transaction that the key stands for a step taken with `resourceId`; false for a repeat, for
 * which the caller takes none and answers what became of the resource. Throws 422 for another request.
 */
export async function isFirstUse(
  trx: QueryExecutorProvider,
  key: IdempotencyKey | undefined,
  resourceId: string,
): Promise<boolean> {
  if (!key) return true;
  const inserted = await sql`INSERT INTO idempotency_keys (scope, request_hash, resource_id)
    VALUES (${key.scope}, ${key.requestHash}, ${resourceId}) ON CONFLICT DO NOTHING RETURNING 1`.execute(trx);
  if (inserted.rows.length === 1) return true;
  await recallKey(trx, key);
  return false;
}

/** Whether some request had this key before, whichever: for who cannot tell yet what is asked. */
export async function isKnown(db: QueryExecutorProvider, key: IdempotencyKey | undefined): Promise<boolean> {
  if (!key) return false;
  const { rows } = await sql`SELECT 1 FROM idempotency_keys WHERE scope = ${key.scope}`.execute(db);
  return rows.length > 0;
}

/** The refusal of a repeat whose first answer made something that is there no more. */
export const gone = () => problem('gone', details.goneSince);

/** The id an earlier request with this key made, if there was one. Throws 422 for another request. */
export async function recallKey(
  db: QueryExecutorProvider,
  key: IdempotencyKey | undefined,
): Promise<string | undefined> {
  if (!key) return undefined;
  const { rows } = await sql<{ request_hash: Buffer; resource_id: string }>`
    SELECT request_hash, resource_id FROM idempotency_keys WHERE scope = ${key.scope}`.execute(db);
  const [row] = rows;
  if (row && !row.request_hash.equals(key.requestHash)) throw problem('idempotency_key_reused');
  return row?.resource_id;
}

/** Forgets keys older than a day. */
export const forgetOldKeys = (db: QueryExecutorProvider) =>
  sql`DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'`.execute(db);
