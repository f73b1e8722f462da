import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** Tells whether a value that came from outside is an `M`. */
export type Check<M> = (value: unknown) => value is M;

/** The check of a schema, compiled when it is first needed: whoever never asks pays nothing. */
export function checkOf<S extends TSchema>(schema: S): Check<Static<S>> {
  let check: Check<Static<S>> | undefined;
  const compiled = (): Check<Static<S>> => {
    const validator = Compile(schema);
    return (value) => validator.Check(value);
  };
  return (value) => {
    check ??= compiled();
    return check(value);
  };
}
