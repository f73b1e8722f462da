import { type Static, type TSchema, Type } from 'typebox';

const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';

/** A UUID, in whichever case; the ones made here are version 7 (RFC 9562) in lower case. */
export const Id = Type.String({ maxLength: 36, pattern: `^${uuid}$`, description: 'UUIDv7' });
/** An instant in UTC, RFC 3339. */
export const Instant = Type.String({
  format: 'date-time',
  maxLength: 40,
  description: 'RFC 3339 instant in UTC',
});
/** Years of the dates that requests may name: nobody was born before, and arithmetic ends within four digits. */
export const firstYear = 1900;
export const lastYear = 9998;

/** A calendar date, `YYYY-MM-DD`. */
export const DateOnly = Type.String({
  format: 'date',
  maxLength: 10,
  description: `YYYY-MM-DD, ${firstYear} to ${lastYear}`,
});
/** A local time of day, `HH:mm`. */
export const LocalTime = Type.String({
  maxLength: 5,
  pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
  description: 'HH:mm',
});
/** An IANA time zone name, such as `America/Rio_Branco`. */
export const TimeZone = Type.String({ minLength: 3, maxLength: 64, pattern: '^[A-Za-z0-9_+\\-/]+$' });
/** Money in centavos of real. */
export const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000 });

export const stateCodes = [
  'AC',
  'AL',
  'AM',
  'AP',
  'BA',
  'CE',
  'DF',
  'ES',
  'GO',
  'MA',
  'MG',
  'MS',
  'MT',
  'PA',
  'PB',
  'PE',
  'PI',
  'PR',
  'RJ',
  'RN',
  'RO',
  'RR',
  'RS',
  'SC',
  'SE',
  'SP',
  'TO',
] as const;
/** One of Brazil's 26 states or the Distrito Federal. */
export const StateCode = Type.Enum([...stateCodes]);

/** Text for people: trimmed length of at least one, no control characters. */
export const line = (maxLength: number, description?: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^(?!\\s*$)[^\\u0000-\\u001f\\u007f]+$',
    ...(description ? { description } : {}),
  });
/** Text for people over several lines. */
export const text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** `limit` and `cursor` of every list. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 512, pattern: '^[A-Za-z0-9_-]+$' })),
  },
  { additionalProperties: false },
);
export type PageQuery = Static<typeof PageQuery>;

export const page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: nullable(Type.String()) });

export const IdParams = Type.Object({ id: Id }, { additionalProperties: false });

/** RFC 9457 problem details. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), message: Type.String() }))),
  },
  { additionalProperties: true },
);
export type Problem = Static<typeof Problem>;
