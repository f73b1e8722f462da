import type { JsonSchema } from '@consulta/platform/http';

const uuid = '01930000-0000-7000-8000-000000000000';
const instant = '2031-03-10T12:00:00.000Z';

const dates = [
  ...['0000-01-01', '0001-01-01', '1899-12-31', '1900-01-01', '9998-12-31', '9999-12-31', '2031-02-30'],
  ...['+010000-01-01', '-000001-12-31', '20310310', '2031-W11-1', '2031-3-1'],
];
const instants = [
  ...dates.map((date) => `${date}T00:00:00Z`),
  ...[
    '1900-01-01T00:00:00+15:59',
    '9998-12-31T23:59:59-15:59',
    '2031-03-10T12:00:00+23:59',
    '2031-03-10T12:00:00-16:00',
  ],
  ...[
    '2031-03-10T24:00:00Z',
    '2031-03-10T23:59:60Z',
    '2031-03-10t12:00:00.123456789z',
    '2031-03-10T12:00:00',
  ],
  ...['+275760-09-13T00:00:00.001Z', '-271821-04-19T23:59:59Z', 'infinity', '-infinity', 'now', 'epoch'],
];
const texts = [
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udc00x',
    '\ufeff',
    '\u202e',
    "'; DROP TABLE users; --",
    '%',
    '_',
    '\\',
  ],
  ...[
    '\u2028',
    'ﷺ'.repeat(50),
    'é'.normalize('NFD'),
    '👩‍⚕️',
    'null',
    'NaN',
    '{}',
    '[]',
    'x'.repeat(300),
    '٣',
    '१२',
  ],
];
const numbers = [
  ...[0, -1, 1, 5, 0.1, -0, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32, 2 ** 53, -(2 ** 53)],
  ...[2 ** 63, 1e21, 1e308, 100_000_000, 100_000_001],
];
const ids = [uuid, uuid.toUpperCase(), uuid.replaceAll('-', ''), `{${uuid}}`, 'f'.repeat(36), `${uuid} `];
const scalars: unknown[] = [...texts, ...numbers, ...instants, ...ids, null, true, [], {}, [[]]];

/** Cursors of every shape that some list gives, with one value that its column may not take. */
const shapes = scalars.flatMap((value) => [
  [value],
  [value, uuid],
  [instant, value],
  [1, value],
  [value, 1],
  ...['nextAvailable', 'price', 'name', 'rating'].flatMap((sort) => [
    [sort, value, uuid],
    [sort, sort === 'name' ? 'ana' : 1, value],
  ]),
  [value, value, value],
]);
const notCursors = ['!!!', 'W10', 'e30', 'bnVsbA', 'MQ', 'A'.repeat(512), 'W1tbW1tbW1tbW10'];

/** Cursors that no list gave, or hardly any, and what they hold where they are cursors at all. */
export const hostileCursors: { cursor: string; values?: unknown[] }[] = [
  ...shapes.map((values) => ({ cursor: Buffer.from(JSON.stringify(values)).toString('base64url'), values })),
  ...notCursors.map((cursor) => ({ cursor })),
];

/** What a parameter or field of this schema should never be sent, and some of what it barely may. */
export function hostileValues(name: string, schema: JsonSchema): unknown[] {
  if (name === 'cursor') return hostileCursors.map(({ cursor }) => cursor);
  const kinds = schema.anyOf ?? [schema];
  return kinds.flatMap(({ type, format, pattern, items, properties }) => {
    if (properties || items) return [null, [], {}, 'x', 1];
    if (type === 'integer' || type === 'number') return [...numbers, ...texts];
    if (format === 'date') return [...dates, ...instants, ...texts];
    if (format === 'date-time') return [...instants, ...dates, ...texts];
    return [...texts, ...(pattern?.includes('0-9a-fA-F') ? ids : [uuid]), 1, 2 ** 31, null];
  });
}
