import { type Static, type TSchema, Type } from 'typebox';

/** A list in a query that stands in one parameter, separated by commas; other lists repeat theirs. */
export const separated = <T extends TSchema>(list: T): T => ({ ...list, explode: false });

/** `limit` and `cursor` of every list. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    cursor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        pattern: '^[A-Za-z0-9_-]+$',
        description: '`nextCursor` of the page before',
        examples: ['WyIyMDMxLTAzLTEwIl0'],
      }),
    ),
  },
  { additionalProperties: false },
);
export type PageQuery = Static<typeof PageQuery>;

const NextCursor = Type.Union([Type.String(), Type.Null()], {
  title: 'NextCursor',
  description: 'null on the last page',
  examples: [null],
});

export const page = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    nextCursor: NextCursor,
  });
