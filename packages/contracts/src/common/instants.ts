import { Type } from 'typebox';

/** An instant in UTC, RFC 3339. */
export const Instant = Type.String({
  title: 'Instant',
  format: 'date-time',
  maxLength: 40,
  description: 'RFC 3339 instant in UTC',
  examples: ['2031-03-10T12:00:00.000Z'],
});
/** Years of the dates that requests may name: nobody was born before, and arithmetic ends within four digits. */
export const firstYear = 1900;
export const lastYear = 9998;

/** A calendar date, `YYYY-MM-DD`. */
export const DateOnly = Type.String({
  title: 'Date',
  format: 'date',
  maxLength: 10,
  description: `YYYY-MM-DD, ${firstYear} to ${lastYear}`,
  examples: ['2031-03-10'],
});
/** A local time of day, `HH:mm`. */
export const LocalTime = Type.String({
  title: 'LocalTime',
  maxLength: 5,
  pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
  description: 'HH:mm',
  examples: ['09:00'],
});
/** An IANA time zone name, such as `America/Rio_Branco`; the shortest are links such as `GB`. */
export const TimeZone = Type.String({
  title: 'TimeZone',
  minLength: 2,
  maxLength: 64,
  pattern: '^[A-Za-z0-9_+\\-/]+$',
  description: 'IANA name',
  examples: ['America/Sao_Paulo'],
});
