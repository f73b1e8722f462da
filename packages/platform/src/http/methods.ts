import { details } from '@consulta/contracts/details';
import type { FastifyRequest } from 'fastify';
import { type ProblemError, problem } from '../problems/problem.ts';
import type { DeployedRoute } from './route.ts';

/** The methods that are answered at an address, for `Allow` (RFC 9110, 10.2.1); none where nothing is. */
export function methodsAt(routes: readonly DeployedRoute[], address: string): string[] {
  const path = address.split('?')[0]?.split('/') ?? [];
  const methods = routes.filter(({ url }) => isOf(url.split('/'), path)).map(({ method }) => method);
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}

const isOf = (pattern: string[], path: string[]): boolean =>
  pattern.length === path.length &&
  pattern.every((part, place) => (part.startsWith(':') ? path[place] !== '' : part === path[place]));

/** What an address or a method that nothing answers is refused with. */
export function noSuchRoute({ server, url }: FastifyRequest): ProblemError {
  const methods = methodsAt(server.routeTable, url);
  if (methods.length === 0) return problem('not_found', details.noSuchRoute);
  return problem('method_not_allowed', details.methodsAre(methods.join(', ')));
}
