import { Ajv, type ErrorObject } from 'ajv';
import addFormatsModule from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';

// The package is CommonJS and types its default export as the module itself.
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

/**
 * Validates requests: bodies as they are (unknown fields refused, nothing converted), query strings and
 * parameters with text converted to numbers and booleans. Every fault is reported, not only the first.
 */
export function schemaValidators(): FastifySchemaCompiler<TSchema> {
  const base = {
    allErrors: true,
    useDefaults: true,
    removeAdditional: false,
    strict: false,
    verbose: false,
  } as const;
  const forBodies = addFormats(new Ajv({ ...base, coerceTypes: false }));
  const forText = addFormats(new Ajv({ ...base, coerceTypes: true }));
  return ({ schema, httpPart }) => {
    const validate = (httpPart === 'body' ? forBodies : forText).compile(schema);
    return (data: unknown) => {
      if (validate(data)) return { value: data };
      return { error: new SchemaFault(validate.errors ?? []) };
    };
  };
}

/** A request that does not fit its schema, one entry per fault. */
export class SchemaFault extends Error {
  readonly faults: { pointer: string; message: string }[];

  constructor(errors: ErrorObject[]) {
    super('The request does not fit its schema');
    this.faults = errors.slice(0, 50).map(describe);
  }
}

function describe({ instancePath, keyword, params, message }: ErrorObject): {
  pointer: string;
  message: string;
} {
  const named: unknown = params.missingProperty ?? params.additionalProperty;
  const pointer = typeof named === 'string' ? `${instancePath}/${escapePointer(named)}` : instancePath || '/';
  if (keyword === 'required') return { pointer, message: 'is required' };
  if (keyword === 'additionalProperties') return { pointer, message: 'is not a known field' };
  return { pointer, message: message ?? 'is not valid' };
}

/** RFC 6901. */
const escapePointer = (name: string) => name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
