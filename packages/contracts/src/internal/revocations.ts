import { type Static, Type } from 'typebox';
import { Id } from '../common/ids.ts';
import { Instant } from '../common/instants.ts';
import { internalCall } from './call.ts';

/** A session or a user whose access tokens no longer count, and since when. */
export const Revocation = Type.Object({ kind: Type.Enum(['session', 'user']), id: Id, at: Instant });
export type Revocation = Static<typeof Revocation>;

export const Revocations = Type.Object({ now: Instant, items: Type.Array(Revocation) });
export type Revocations = Static<typeof Revocations>;

/** What the user service answers about sign-outs. */
export const revocationCalls = {
  /** What was revoked since an instant, and the time of reading, from which to ask next. */
  list: internalCall('GET', '/internal/revocations', {
    callers: ['user', 'schedule', 'appointment'],
    asked: Type.Object({ since: Instant }, { additionalProperties: false }),
    answer: Revocations,
  }),
};
