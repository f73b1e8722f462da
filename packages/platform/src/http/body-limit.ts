import type { JsonSchema } from './declaration.ts';

/** Longest spelling of one character: UTF-8 takes up to 4 bytes, an escape such as `\u00e9` takes 6. */
const bytesPerCharacter = 6;
/** A number, as exactly as JavaScript writes it, with room. */
const numberBytes = 32;
/** Comma, colon, quotes, and the line and indentation of a document laid out to be read. */
const layoutBytes = 32;
/** What any request may take, also one that carries nothing of use. */
const leastBytes = 1024;

/**
 * The longest JSON document, in bytes, that fits a schema. Throws where a schema sets no bound, since a body without
 * one could be of any size.
 */
export function bodyBytesMax(schema: JsonSchema | undefined): number {
  return Math.max(leastBytes, schema === undefined ? 0 : longest(schema, 'body'));
}

function longest(schema: JsonSchema, place: string): number {
  const { anyOf, properties, items } = schema;
  if (anyOf) return Math.max(...anyOf.map((each) => longest(each, place)));
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values) return Math.max(...values.map((value) => textBytes(JSON.stringify(value).length)));
  if (properties) {
    if (schema.additionalProperties !== false) throw new Error(`${place} takes fields that nobody named`);
    const members = Object.entries(properties);
    return members.reduce(
      (sum, [name, each]) => sum + textBytes(name.length) + layoutBytes + longest(each, `${place}/${name}`),
      layoutBytes,
    );
  }
  if (schema.type === 'array') {
    if (schema.maxItems === undefined || !items) throw new Error(`${place} takes any number of items`);
    return layoutBytes + schema.maxItems * (longest(items, `${place}/items`) + layoutBytes);
  }
  if (schema.type !== 'string') return numberBytes;
  if (schema.maxLength === undefined) throw new Error(`${place} takes text of any length`);
  return textBytes(schema.maxLength);
}

const textBytes = (characters: number) => bytesPerCharacter * characters + 2;
