import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../http/declaration.ts';

type Json = Record<string, unknown>;

/** The schemas that have a name: each stands in the document once, and is referred to wherever it is used. */
export type Components = {
  /** The schema as the document prints it: a reference if it has a title, with its titled parts as references. */
  print: (schema: JsonSchema) => Json;
  schemas: () => Record<string, Json>;
};

/** Collects named schemas. Throws when two that differ in more than their examples have one name. */
export function collectComponents(): Components {
  const named = new Map<string, Json>();
  const print = (schema: JsonSchema): Json => {
    const { title } = schema;
    if (title === undefined) return printParts(schema, print);
    const printed = printParts(schema, print);
    const known = named.get(title);
    if (known && !isDeepStrictEqual(withoutExamples(known), withoutExamples(printed))) {
      throw new Error(`two different schemas are called ${title}`);
    }
    if (!known) named.set(title, printed);
    return { $ref: referenceTo(title) };
  };
  const schemas = () => Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { print, schemas };
}

const referenceTo = (title: string) => `#/components/schemas/${title}`;

const withoutExamples = ({ examples: _examples, ...rest }: Json): Json => rest;

/** Examples of whole objects stand beside the operations, where they show what is answered in each case. */
function printParts(schema: JsonSchema, print: (schema: JsonSchema) => Json): Json {
  const nullable = printNullable(schema);
  if (nullable) return nullable;
  const { title: _title, properties, items, anyOf, allOf, discriminator, examples, ...plain } = schema;
  const known = properties && mapValues(properties, print);
  return {
    ...plain,
    ...(examples && !properties && !anyOf && !allOf ? { examples } : {}),
    ...(known ? { properties: known } : {}),
    ...(items ? { items: print(items) } : {}),
    ...(anyOf ? { [discriminator ? 'oneOf' : 'anyOf']: anyOf.map(print) } : {}),
    ...(allOf ? { allOf: allOf.map(print) } : {}),
    ...(discriminator ? { discriminator: { ...discriminator, mapping: mappingOf(schema) } } : {}),
  };
}

/** What may be null and has no name is told by its type, or by what it can be. */
function printNullable({ anyOf = [], title: _title, ...notes }: JsonSchema): Json | undefined {
  const [value, absent] = anyOf;
  if (anyOf.length !== 2 || absent?.type !== 'null' || !isPlain(value)) return undefined;
  const can = value.enum ? { enum: [...value.enum, null] } : { type: [value.type, 'null'] };
  return { ...value, ...notes, ...can };
}

const isPlain = (schema: JsonSchema | undefined): schema is JsonSchema =>
  schema !== undefined &&
  !schema.title &&
  !schema.properties &&
  !schema.items &&
  !schema.anyOf &&
  !schema.allOf;

/** Which branch a value of the telling field stands for. */
function mappingOf({ anyOf = [], discriminator }: JsonSchema): Record<string, string> {
  return Object.fromEntries(
    anyOf.map(({ title = '', properties }) => {
      const value = properties?.[discriminator?.propertyName ?? '']?.const;
      return [String(value), referenceTo(title)];
    }),
  );
}

const mapValues = <T, U>(from: Record<string, T>, change: (each: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(from).map(([name, each]) => [name, change(each)]));
