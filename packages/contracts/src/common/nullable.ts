import { type TSchema, Type } from 'typebox';
import type { Notes } from './notes.ts';

export const nullable = <T extends TSchema>(schema: T, notes: Partial<Notes<null>> = {}) =>
  Type.Union([schema, Type.Null()], notes);

/** Null in most answers, and in examples. */
export const mostlyNull = <T extends TSchema>(schema: T) => nullable(schema, { examples: [null] });
