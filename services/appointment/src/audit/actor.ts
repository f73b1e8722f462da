import type { Caller } from '@consulta/platform/auth';
import { addressOf, callerOf } from '@consulta/platform/http';
import type { FastifyRequest } from 'fastify';

/** Who calls, and from where: the trail names the address and the request. */
export type Actor = Caller & { address: string | null; requestId: string | null };

/** The actor of a request; made once, at its route. */
export const actorOf = (request: FastifyRequest): Actor => ({
  ...callerOf(request),
  address: addressOf(request),
  requestId: request.id,
});
