import type { JsonSchema } from '../http/declaration.ts';

/**
 * A value that fits the schema, the same each time: its own example, or one made of the examples of its parts. Throws
 * where a part has none, so that no description goes without.
 */
export function exampleOf(schema: JsonSchema, place = 'it'): unknown {
  const { examples, anyOf, allOf, items, properties } = schema;
  if (examples?.[0] !== undefined) return examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (anyOf) return exampleOf(anyOf[0] ?? {}, place);
  if (allOf) return Object.assign({}, ...allOf.map((each) => exampleOf(each, place)));
  if (items) return [exampleOf(items, `${place}/items`)];
  if (schema.type === 'null') return null;
  if (schema.type !== 'object') throw new Error(`${place} has no example`);
  return Object.fromEntries(
    Object.entries(properties ?? {}).map(([name, each]) => [name, exampleOf(each, `${place}/${name}`)]),
  );
}
