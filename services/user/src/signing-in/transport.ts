import { details } from '@consulta/contracts';
import { badField, problem } from '@consulta/platform/problems';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sessionDays } from '../sessions/open-session.ts';

const cookieName = '__Host-refresh';
const cookieAttributes = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/**
 * With this header the refresh token travels in a cookie that scripts cannot read. The cookie is looked at
 * only beside the header, which no other site can send, so that a cookie alone authorizes nothing.
 */
export const TransportHeaders = Type.Object({ 'x-token-transport': Type.Optional(Type.Literal('cookie')) });

type WithTransport = { headers: FastifyRequest['headers'] };
/** Whether the caller's refresh token travels in the cookie. */
export const usesCookie = (request: WithTransport) => request.headers['x-token-transport'] === 'cookie';

/** Hands a refresh token to the caller; answers the part of the body that carries it, if it is the body. */
export function sendRefreshToken(
  request: WithTransport,
  reply: FastifyReply,
  refreshToken: string,
): { refreshToken?: string } {
  if (!usesCookie(request)) return { refreshToken };
  const maxAge = sessionDays * 86_400;
  reply.header('set-cookie', `${cookieName}=${refreshToken}; ${cookieAttributes}; Max-Age=${maxAge}`);
  return {};
}

/** Tells the browser to drop the cookie. */
export function clearRefreshToken(request: WithTransport, reply: FastifyReply): void {
  if (usesCookie(request)) reply.header('set-cookie', `${cookieName}=; ${cookieAttributes}; Max-Age=0`);
}

/** The caller's refresh token. Throws 400 when the body should carry one, 401 when the cookie should. */
export function receiveRefreshToken(
  request: WithTransport,
  body: { refreshToken?: string } | null | undefined,
): string {
  if (!usesCookie(request)) {
    if (body?.refreshToken === undefined) throw badField('/refreshToken', 'required');
    return body.refreshToken;
  }
  const token = cookieOf(request.headers.cookie ?? '');
  if (token === undefined) throw problem('invalid_refresh_token', details.noRefreshCookie);
  return token;
}

const cookieOf = (header: string) =>
  header
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1);
