import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';

export const Login = Type.Object(
  {
    identifier: Type.String({ minLength: 1, maxLength: 254 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
    totp: Type.Optional(Type.String({ minLength: 6, maxLength: 32 })),
  },
  { additionalProperties: false },
);

export const TokenPair = Type.Object({
  accessToken: Type.String(),
  tokenType: Type.Literal('Bearer'),
  expiresIn: Type.Integer({ description: 'seconds' }),
  refreshToken: Type.Optional(Type.String({ description: 'absent when it travels in a cookie' })),
});
export type TokenPair = Static<typeof TokenPair>;

export const RefreshTokenBody = Type.Object(
  { refreshToken: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })) },
  { additionalProperties: false },
);

/** A sign-in that still holds: `current` is the one the caller's token belongs to. */
export const Session = Type.Object({
  id: Id,
  createdAt: Instant,
  lastUsedAt: Instant,
  expiresAt: Instant,
  userAgent: nullable(Type.String()),
  current: Type.Boolean(),
});
export type Session = Static<typeof Session>;
