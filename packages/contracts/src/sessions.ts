import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';

export const Login = Type.Object(
  {
    identifier: Type.String({
      minLength: 1,
      maxLength: 254,
      description: 'an e-mail, a CPF or a CRM such as 123456-SP',
      examples: ['ana.souza@example.com'],
    }),
    password: Type.String({ minLength: 1, maxLength: 1024, examples: ['girassol-amarelo-42'] }),
  },
  { title: 'Login', additionalProperties: false },
);

export const TokenPair = Type.Object(
  {
    accessToken: Type.String({ examples: ['eyJhbGciOiJSUzI1NiJ9…'] }),
    tokenType: Type.Literal('Bearer'),
    expiresIn: Type.Integer({ description: 'seconds', examples: [600] }),
    refreshToken: Type.Optional(
      Type.String({ description: 'absent when it travels in a cookie', examples: ['kT3v9QmZ…'] }),
    ),
  },
  { title: 'TokenPair' },
);
export type TokenPair = Static<typeof TokenPair>;

export const RefreshTokenBody = Type.Object(
  { refreshToken: Type.Optional(Type.String({ minLength: 1, maxLength: 512, examples: ['kT3v9QmZ…'] })) },
  { title: 'RefreshToken', additionalProperties: false },
);

/** A sign-in that still holds: `current` is the one the caller's token belongs to. */
export const Session = Type.Object(
  {
    id: Id,
    createdAt: Instant,
    lastUsedAt: Instant,
    expiresAt: Instant,
    userAgent: nullable(Type.String({ examples: ['Mozilla/5.0 (X11; Linux x86_64)'] })),
    current: Type.Boolean({ description: 'the one this request belongs to', examples: [true] }),
  },
  { title: 'Session' },
);
export type Session = Static<typeof Session>;
