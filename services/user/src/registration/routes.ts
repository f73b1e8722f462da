import { randomUUIDv7 } from 'node:crypto';
import { RegisterUser, User, type VerificationState } from '@consulta/contracts';
import { exclusively, idempotencyKeyOf, type Routes, recallKey } from '@consulta/platform';
import type { Kysely } from 'kysely';
import { readUser } from '../account/queries.ts';
import type { PasswordHasher } from '../passwords/hasher.ts';
import type { UserTables } from '../tables.ts';
import { insertUser } from './queries.ts';
import { checkRegistration } from './rules.ts';

type Deps = {
  db: Kysely<UserTables>;
  hasher: PasswordHasher;
  /** The state a doctor starts in. */
  verification: VerificationState;
  wakeRelay: () => void;
};

/** Registration of patients and doctors. */
export const registrationRoutes =
  ({ db, hasher, verification, wakeRelay }: Deps): Routes =>
  async (app) => {
    app.post(
      '/users',
      {
        config: { permission: 'public', perMinute: 30 },
        schema: {
          summary: 'Register as a patient or a doctor',
          tags: ['accounts'],
          body: RegisterUser,
          response: { 201: User },
        },
      },
      async (request, reply) => {
        const key = idempotencyKeyOf(request);
        const input = checkRegistration(request.body, new Date().toISOString().slice(0, 10));
        const userId = await exclusively(key, async () => {
          const earlier = await recallKey(db, key);
          if (earlier) return earlier;
          const passwordHash = await hasher.hash(input.password);
          const user = { id: randomUUIDv7(), input, passwordHash };
          return insertUser(db, user, { key, verification });
        });
        wakeRelay();
        reply.code(201).header('location', '/api/v1/users/me');
        return readUser(db, userId);
      },
    );
  };
