import { Login, nullable, RefreshTokenBody, type Revocation, TokenPair } from '@consulta/contracts';
import { addressOf, type Routes } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { Metrics } from '@consulta/platform/process';
import type { Kysely } from 'kysely';
import { Type } from 'typebox';
import type { PasswordHasher } from '../passwords/hasher.ts';
import { endSessionOf } from '../sessions/end-sessions.ts';
import { rotateRefreshToken } from '../sessions/rotate-refresh-token.ts';
import type { UserTables } from '../tables.ts';
import { accessTokenSeconds, type TokenClaims } from '../tokens/access-token.ts';
import { signInCounter } from './count-sign-ins.ts';
import { login } from './login.ts';
import {
  clearRefreshToken,
  receiveRefreshToken,
  sendRefreshToken,
  TransportHeaders,
  usesCookie,
} from './transport.ts';

type Deps = {
  db: Kysely<UserTables>;
  hasher: PasswordHasher;
  sign: (claims: TokenClaims) => Promise<string>;
  announce: (revoked: Revocation[]) => void;
  metrics: Metrics;
};
const databaseRefusals = ['unavailable', 'overloaded'] as const;
const OptionalToken = nullable(RefreshTokenBody);

/** Signing in, keeping signed in, signing out. */
export const signingInRoutes =
  (deps: Deps): Routes =>
  async (app) => {
    await app.register(loginRoute(deps));
    await app.register(refreshRoute(deps));
    await app.register(logoutRoute(deps));
  };

const tokensFor = async ({ sign }: Deps, claims: TokenClaims) => ({
  accessToken: await sign(claims),
  tokenType: 'Bearer' as const,
  expiresIn: accessTokenSeconds,
});

const loginRoute =
  (deps: Deps): Routes =>
  async (app) => {
    const { counted, onClosed } = signInCounter(deps.metrics);
    app.post(
      '/auth/login',
      {
        config: { permission: 'public', perMinute: 120 },
        schema: {
          operationId: 'login',
          summary: 'Sign in with an e-mail, a CPF or a CRM',
          tags: ['accounts'],
          cookies: true,
          refuses: ['invalid_credentials', 'account_suspended', 'too_many_attempts', ...databaseRefusals],
          headers: TransportHeaders,
          body: Login,
          response: { 200: TokenPair },
        },
      },
      async (request, reply) => {
        const { identifier, password } = request.body;
        const userAgent = request.headers['user-agent'];
        const tried = { identifier, password, ip: addressOf(request), userAgent };
        const session = await counted(login(deps.db, deps.hasher, tried, onClosed));
        return {
          ...(await tokensFor(deps, session)),
          ...sendRefreshToken(request, reply, session.refreshToken),
        };
      },
    );
  };

const refreshRoute =
  (deps: Deps): Routes =>
  async (app) => {
    app.post(
      '/auth/refresh',
      {
        config: { permission: 'public', perMinute: 300 },
        schema: {
          operationId: 'refreshTokens',
          summary: 'Exchange a refresh token for new tokens',
          description: 'A refresh token serves once; one that comes again ends its session.',
          tags: ['accounts'],
          cookies: true,
          refuses: ['invalid_refresh_token', ...databaseRefusals],
          headers: TransportHeaders,
          body: OptionalToken,
          response: { 200: TokenPair },
        },
      },
      async (request, reply) => {
        const token = receiveRefreshToken(request, request.body);
        const rotation = await rotateRefreshToken(deps.db, token, { grace: usesCookie(request) });
        if (rotation.outcome === 'rotated') {
          const { session } = rotation;
          return {
            ...(await tokensFor(deps, session)),
            ...sendRefreshToken(request, reply, session.refreshToken),
          };
        }
        if (rotation.outcome === 'reused') deps.announce(rotation.revoked);
        clearRefreshToken(request, reply);
        throw problem('invalid_refresh_token');
      },
    );
  };

const logoutRoute =
  ({ db, announce }: Deps): Routes =>
  async (app) => {
    app.post(
      '/auth/logout',
      {
        config: { permission: 'public', perMinute: 300 },
        schema: {
          operationId: 'logout',
          summary: 'End the session of a refresh token',
          tags: ['accounts'],
          cookies: true,
          refuses: ['invalid_refresh_token', ...databaseRefusals],
          headers: TransportHeaders,
          body: OptionalToken,
          response: { 200: Type.Object({}) },
        },
      },
      async (request, reply) => {
        const revoked = await endSessionOf(db, receiveRefreshToken(request, request.body));
        clearRefreshToken(request, reply);
        if (!revoked) throw problem('invalid_refresh_token');
        announce(revoked);
        return {};
      },
    );
  };
