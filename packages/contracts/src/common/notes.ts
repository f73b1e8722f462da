import type { Static, TSchema } from 'typebox';

/** What the documents say of a schema: an example that fits it, and what it means where the name does not tell. */
export type Notes<T> = { examples: T[]; description?: string; title?: string };

/** The same schema with another example: what an answer shows in one particular case. */
export const showing = <T extends TSchema>(schema: T, example: Static<T>): T => ({
  ...schema,
  examples: [example],
});
