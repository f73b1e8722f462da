import { type Static, Type } from 'typebox';
import { Id } from '../common/ids.ts';
import { Instant } from '../common/instants.ts';

/** Sessions and users whose access tokens no longer count: GET /internal/revocations?since (user service). */
export const Revocations = Type.Object({
  now: Instant,
  items: Type.Array(Type.Object({ kind: Type.Enum(['session', 'user']), id: Id, at: Instant })),
});
export type Revocations = Static<typeof Revocations>;
