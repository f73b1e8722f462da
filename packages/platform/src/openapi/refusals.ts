import { type ErrorCode, errorCodes, permissions, roles } from '@consulta/contracts';
import type { RouteSchema } from '../http/declaration.ts';
import type { DeployedRoute } from '../http/route.ts';

/** The codes a route can refuse with: those which follow from what it is, and those it declares. */
export function refusalsOf(
  { method, permission, perMinute }: DeployedRoute,
  schema: RouteSchema,
): ErrorCode[] {
  const guarded = permission !== 'public' && permission !== 'internal';
  const some = guarded && permissions[permission].length < roles.length;
  const codes: ErrorCode[] = [
    'bad_request',
    'misdirected',
    ...(guarded ? onAGuardedRoute : []),
    ...(some ? ['forbidden' as const] : []),
    ...(perMinute === undefined ? [] : ['rate_limited' as const]),
    ...(schema.params ? ['not_found' as const] : []),
    ...(method === 'GET' ? [] : withABody),
    ...(schema.creates || schema.keyed ? withAKey : []),
    ...(schema.versioned ? ['stale_version' as const] : []),
    ...(schema.ranges ? ['range_not_satisfiable' as const] : []),
    ...(schema.refuses ?? []),
  ];
  const known = new Set(codes);
  return errorCodes.filter((code) => known.has(code));
}

/** A token must be verified, and what is guarded lies in a database. */
const onAGuardedRoute: readonly ErrorCode[] = ['unauthorized', 'unavailable', 'overloaded'];
/** A body may come wherever a method lets it, and is read before it is known to be unwanted. */
const withABody: readonly ErrorCode[] = ['request_timeout', 'payload_too_large', 'unsupported_media_type'];
const withAKey: readonly ErrorCode[] = ['idempotency_in_progress', 'idempotency_key_reused'];
