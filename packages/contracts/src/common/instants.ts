import { Type } from 'typebox';

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
