import { Type } from 'typebox';
import { Id } from '../common/ids.ts';

/*
 * What services ask of each other over HTTP, on the internal port and with a service token.
 */

/** As many ids as one internal call may name. */
export const Ids = Type.Array(Id, { maxItems: 5000 });
export const LookupByIds = Type.Object({ ids: Ids }, { additionalProperties: false });
