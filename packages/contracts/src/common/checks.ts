import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** Tells whether a value that came from outside is an `M`. */
export type Check<M> = (value: unknown) => value is M;

/** The check of a schema, compiled when it is first needed: whoever never asks pays nothing. */
export function checkOf<S extends TSchema>(schema: S): Check<Static<S>> {
  return compiledOnce(() => schema);
}

/**
 * As `checkOf`, but of the shape only: which fields there are, of which types. It suits answers, since what was
 * stored may be older than a limit on what may be sent, and a newer version may answer with more fields.
 */
export function shapeCheckOf<S extends TSchema>(schema: S): Check<Static<S>> {
  return compiledOnce<Static<S>>(() => JSON.parse(JSON.stringify(schema), withoutLimit));
}

function compiledOnce<M>(schema: () => TSchema): Check<M> {
  let check: ((value: unknown) => boolean) | undefined;
  const compiled = () => {
    const validator = Compile(schema());
    return (value: unknown) => validator.Check(value);
  };
  return (value): value is M => {
    check ??= compiled();
    return check(value);
  };
}

const limits = new Set([
  '$id',
  'additionalProperties',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'uniqueItems',
]);
/** Reviver that leaves out what bounds a value without giving it its type. */
const withoutLimit = (key: string, value: unknown) => (limits.has(key) ? undefined : value);
