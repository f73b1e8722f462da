import { type Static, Type } from 'typebox';
import { Id } from '../common/ids.ts';
import { Instant } from '../common/instants.ts';

/** A session or a user whose access tokens no longer count, and since when. */
export const Revocation = Type.Object({ kind: Type.Enum(['session', 'user']), id: Id, at: Instant });
export type Revocation = Static<typeof Revocation>;

/** Sessions and users whose access tokens no longer count: GET /internal/revocations?since (user service). */
export const Revocations = Type.Object({ now: Instant, items: Type.Array(Revocation) });
export type Revocations = Static<typeof Revocations>;
