import { Type } from 'typebox';

const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';

/** What tells an id from other texts. */
export const idPattern = `^${uuid}$`;

/** A UUID, in whichever case; the ones made here are version 7 (RFC 9562) in lower case. */
export const Id = Type.String({
  title: 'Id',
  maxLength: 36,
  pattern: idPattern,
  description: 'UUIDv7',
  examples: ['0193b7a4-5c00-7000-8000-000000000000'],
});

export const IdParams = Type.Object({ id: Id }, { additionalProperties: false });

const wholeUuid = new RegExp(idPattern);

/** Whether a value is an {@link Id}. */
export const isUuid = (value: unknown): value is string => typeof value === 'string' && wholeUuid.test(value);

/** Comes before every id that is given out: where a walk by id begins. */
export const idBeforeAll = '00000000-0000-0000-0000-000000000000';
