import { Type } from 'typebox';

const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';

/** A UUID, in whichever case; the ones made here are version 7 (RFC 9562) in lower case. */
export const Id = Type.String({ maxLength: 36, pattern: `^${uuid}$`, description: 'UUIDv7' });

export const IdParams = Type.Object({ id: Id }, { additionalProperties: false });
