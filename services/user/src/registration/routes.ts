import { randomUUIDv7 } from 'node:crypto';
import { Registered, RegisterUser, readEmail, type VerificationState } from '@consulta/contracts';
import {
  addressOf,
  type IdempotencyKey,
  idempotencyKeyOf,
  once,
  type Routes,
  recallKey,
} from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type { PasswordHasher } from '../passwords/hasher.ts';
import { readUser } from '../people/queries.ts';
import { checkRegistration } from '../people/rules.ts';
import type { UserTables } from '../tables.ts';
import { insertUser } from './insert-user.ts';
import { assertMayRegister, type NetworkLimits, networkHash } from './networks.ts';

type Deps = {
  db: Kysely<UserTables>;
  hasher: PasswordHasher;
  /** The state a doctor starts in. */
  verification: VerificationState;
  /** Undefined where networks are neither limited nor remembered. */
  networks: NetworkLimits | undefined;
  /** The clock: who registers must be of age, and none is born tomorrow. */
  now: () => Temporal.Instant;
  wakeRelay: () => void;
};

/** Registration of patients and doctors. */
export const registrationRoutes =
  ({ db, hasher, verification, networks, now, wakeRelay }: Deps): Routes =>
  async (app) => {
    const registerOnce = async (input: RegisterUser, ip: string, key: IdempotencyKey | undefined) => {
      const earlier = await recallKey(db, key);
      if (earlier) return { id: earlier, repeated: true };
      const network = networks && { hash: networkHash(networks.key, ip), limits: networks };
      // Refused before the password is hashed, which costs far more than asking.
      if (network) await assertMayRegister(db, network.hash, network.limits);
      const passwordHash = await hasher.hash(input.password);
      const user = { id: randomUUIDv7(), input, passwordHash };
      const id = await insertUser(db, user, { key, verification, network });
      return { id, repeated: id !== user.id };
    };
    app.post(
      '/users',
      {
        config: { permission: 'public', perMinute: 30 },
        schema: {
          operationId: 'registerUser',
          summary: 'Register as a patient or a doctor',
          description:
            "A doctor brings `doctor` and an address: the practice's, and public. A network that makes too many accounts is " +
            'refused for a while.',
          tags: ['accounts'],
          body: RegisterUser,
          creates: '/api/v1/users/me',
          refuses: ['email_taken', 'cpf_taken', 'crm_taken', 'unavailable', 'overloaded'],
          response: { 201: Registered },
        },
      },
      async (request, reply) => {
        const key = idempotencyKeyOf(request, readEmail(request.body.email)?.toLowerCase());
        const input = checkRegistration(request.body, now());
        const { id, repeated } = await once(db, key, () => registerOnce(input, addressOf(request), key));
        wakeRelay();
        reply.code(201).header('location', '/api/v1/users/me');
        // Who repeats shows no token, so there is nobody to whom personal data could be shown.
        return repeated ? { id } : readUser(db, id);
      },
    );
  };
