import {
  ChangePassword,
  DeleteAccount,
  IdParams,
  isUuid,
  PageQuery,
  page,
  type Revocation,
  Session,
  UpdateMe,
  User,
} from '@consulta/contracts';
import {
  addressOf,
  callerOf,
  decodeCursor,
  digestOf,
  etagOf,
  pageOf,
  type Routes,
  versionsAccepted,
} from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { OnStep } from '@consulta/platform/process';
import type { Kysely } from 'kysely';
import { Type } from 'typebox';
import type { PasswordHasher } from '../passwords/hasher.ts';
import { readUser } from '../people/queries.ts';
import { checkChange, checkPassword } from '../people/rules.ts';
import { endOwnSession } from '../sessions/end-sessions.ts';
import { listSessions } from '../sessions/queries.ts';
import type { UserTables } from '../tables.ts';
import { changeUser } from './change.ts';
import { changePassword } from './change-password.ts';
import { deleteAccount } from './delete.ts';

type Deps = {
  db: Kysely<UserTables>;
  hasher: PasswordHasher;
  doctorVerification: 'manual' | 'auto';
  announce: (revoked: Revocation[]) => void;
  wakeRelay: () => void;
  onStep?: OnStep | undefined;
};
const tags = ['accounts'] as const;

/** What people do with their own account. */
export const accountRoutes =
  (deps: Deps): Routes =>
  async (app) => {
    await app.register(profileRoutes(deps));
    await app.register(deletionRoute(deps));
    await app.register(passwordRoute(deps));
    await app.register(sessionRoutes(deps));
  };

const profileRoutes =
  ({ db, hasher, doctorVerification, wakeRelay }: Deps): Routes =>
  async (app) => {
    app.get(
      '/users/me',
      {
        config: { permission: 'account:read-own', perMinute: 600 },
        schema: {
          operationId: 'readOwnAccount',
          summary: 'Your account',
          tags,
          tagged: true,
          refuses: ['not_found'],
          response: { 200: User },
        },
      },
      async (request, reply) => {
        const user = await readUser(db, callerOf(request).userId);
        reply.header('etag', etagOf(digestOf(user)));
        return user;
      },
    );

    app.patch(
      '/users/me',
      {
        config: { permission: 'account:change-own', perMinute: 60 },
        schema: {
          operationId: 'changeOwnAccount',
          summary: 'Change your account',
          description:
            'What is left out stays. A new e-mail needs `password`. Where administrators verify doctors, a changed name, ' +
            'specialty or RQE is verified again.',
          tags,
          body: UpdateMe,
          tagged: true,
          versioned: true,
          refuses: ['not_found', 'invalid_credentials', 'too_many_attempts', 'email_taken'],
          response: { 200: User },
        },
      },
      async (request, reply) => {
        const { userId, sessionId } = callerOf(request);
        const owner = { userId, sessionId, ip: addressOf(request) };
        const change = checkChange(request.body);
        const accepts = versionsAccepted(request.headers['if-match']);
        const changed = await changeUser({ db, hasher, doctorVerification }, owner, change, accepts);
        wakeRelay();
        reply.header('etag', etagOf(digestOf(changed)));
        return changed;
      },
    );
  };

const deletionRoute =
  ({ db, hasher, announce, wakeRelay, onStep = () => {} }: Deps): Routes =>
  async (app) => {
    app.delete(
      '/users/me',
      {
        config: { permission: 'account:delete-own', perMinute: 60 },
        schema: {
          operationId: 'deleteOwnAccount',
          summary: 'Delete your account, for good',
          description:
            'What is kept of you is erased and future appointments are cancelled. Issued medical reports stay, as ' +
            'the law requires.',
          tags,
          body: DeleteAccount,
          refuses: ['not_found', 'invalid_credentials', 'too_many_attempts', 'last_administrator'],
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { userId, sessionId } = callerOf(request);
        const own = { userId, sessionId, password: request.body.password, ip: addressOf(request) };
        announce(await deleteAccount(db, hasher, own));
        await onStep('account deleted');
        wakeRelay();
        return reply.code(204).send(null);
      },
    );
  };

const passwordRoute =
  ({ db, hasher, announce }: Deps): Routes =>
  async (app) => {
    app.put(
      '/users/me/password',
      {
        config: { permission: 'account:change-own', perMinute: 60 },
        schema: {
          operationId: 'changePassword',
          summary: 'Change your password; your other sessions end',
          tags,
          body: ChangePassword,
          refuses: ['not_found', 'invalid_credentials', 'too_many_attempts'],
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        checkPassword(request.body.newPassword, '/newPassword');
        const { userId, sessionId } = callerOf(request);
        announce(
          await changePassword(db, hasher, { ...request.body, userId, sessionId, ip: addressOf(request) }),
        );
        return reply.code(204).send(null);
      },
    );
  };

const sessionRoutes =
  ({ db, announce }: Deps): Routes =>
  async (app) => {
    app.get(
      '/users/me/sessions',
      {
        config: { permission: 'session:manage-own', perMinute: 120 },
        schema: {
          operationId: 'listSessions',
          summary: 'Where you are signed in',
          tags,
          querystring: PageQuery,
          response: { 200: page(Session) },
        },
      },
      async (request) => {
        const { limit = 20, cursor } = request.query;
        const before = cursor === undefined ? undefined : String(decodeCursor(cursor, [isUuid])[0]);
        const found = await listSessions(db, callerOf(request), { limit: limit + 1, before });
        const { rows: items, nextCursor } = pageOf(found, limit, ({ id }) => [id]);
        return { items, nextCursor };
      },
    );

    app.delete(
      '/users/me/sessions/:id',
      {
        config: { permission: 'session:manage-own', perMinute: 120 },
        schema: {
          operationId: 'endSession',
          summary: 'End one of your sessions',
          description: 'Its tokens stop to count within seconds.',
          tags,
          params: IdParams,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const revoked = await endOwnSession(db, callerOf(request).userId, request.params.id);
        if (!revoked) throw problem('not_found');
        announce(revoked);
        return reply.code(204).send(null);
      },
    );
  };
