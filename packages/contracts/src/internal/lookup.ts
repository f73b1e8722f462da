import { Type } from 'typebox';
import { Id } from '../common/ids.ts';

/** As many ids as one internal call may name. */
export const Ids = Type.Array(Id, { maxItems: 5000 });
export const LookupByIds = Type.Object({ ids: Ids }, { additionalProperties: false });

/** A page of a walk over all rows, by id, ascending. */
export const PageAfter = Type.Object(
  {
    after: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000, default: 1000 })),
  },
  { additionalProperties: false },
);
