import type { Routes } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import { Type } from 'typebox';
import type { UserTables } from '../tables.ts';
import { readPublicKeys } from './signing-keys.ts';

const PublicKey = Type.Object({
  kty: Type.String({ examples: ['RSA'] }),
  kid: Type.String({ examples: ['chave-1'] }),
  alg: Type.String({ examples: ['RS256'] }),
  use: Type.String({ examples: ['sig'] }),
  n: Type.String({ examples: ['u1SU1LfVLPHCozMxH2Mo…'] }),
  e: Type.String({ examples: ['AQAB'] }),
});

/** `/.well-known/jwks.json`: what every service verifies access tokens with. */
export const wellKnownRoutes =
  (db: Kysely<UserTables>): Routes =>
  async (app) => {
    app.get(
      '/.well-known/jwks.json',
      {
        config: { permission: 'public', perMinute: 600 },
        schema: {
          operationId: 'readVerificationKeys',
          summary: 'Keys that verify access tokens',
          description: 'A JWK set (RFC 7517).',
          tags: ['accounts'],
          refuses: ['unavailable', 'overloaded'],
          response: { 200: Type.Object({ keys: Type.Array(PublicKey) }) },
        },
      },
      async (_request, reply) => {
        reply.header('cache-control', 'public, max-age=60');
        return { keys: (await readPublicKeys(db)).map(asPublicKey) };
      },
    );
  };

const asPublicKey = (jwk: Record<string, unknown>) => ({
  kty: String(jwk.kty),
  kid: String(jwk.kid),
  alg: String(jwk.alg),
  use: String(jwk.use),
  n: String(jwk.n),
  e: String(jwk.e),
});
