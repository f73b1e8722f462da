import {
  type FaultCode,
  firstYear,
  idPattern,
  lastYear,
  readEmail,
  type TextFault,
  textFault,
} from '@consulta/contracts';
import { Ajv, type ErrorObject } from 'ajv';
import ajvFormats from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import type { FieldError } from '../problems/problem.ts';
import type { JsonSchema } from './declaration.ts';

// The package is CommonJS: its function stands under `default` too, where its types say it is.
const addFormats = ajvFormats.default;

/**
 * Validates requests: unknown fields are refused and nothing is converted, but for query strings and parameters, which
 * are text (see {@link readText}), and ids, which go on in lower case. Every fault is reported, not only the first; but
 * what is longer than it may be is measured only, so that the work stays in proportion to what the schema allows.
 */
export function schemaValidators(): FastifySchemaCompiler<TSchema> {
  const ajv = addFormats(
    new Ajv({ allErrors: true, useDefaults: true, removeAdditional: false, strict: false, verbose: false }),
  );
  ajv.addFormat('date-time', isInstantText);
  ajv.addFormat('date', isDateText);
  ajv.addFormat('idn-email', (text) => readEmail(text) !== undefined);
  boundPatterns(ajv);
  boundUniqueItems(ajv);
  return ({ schema, httpPart }) => {
    const validate = ajv.compile(schema);
    return (data: unknown) => {
      const value = httpPart === 'body' ? data : readText(schema, data);
      if (!validate(value)) {
        const errors = validate.errors ?? [];
        return { error: new SchemaFault(httpPart === 'querystring' ? errors.map(ofParameter) : errors) };
      }
      const fault = httpPart === 'querystring' && spanFault(value);
      return fault ? { error: fault } : { value };
    };
  };
}

/** What is wrong within a query's list is told of the parameter: nobody wrote an index there. */
const ofParameter = (error: ErrorObject): ErrorObject => ({
  ...error,
  instancePath: error.instancePath.replace(/^(\/[^/]+)\/.*$/, '$1'),
});

const integerForm = /^-?\d+$/;
const numberForm = /^-?\d+(\.\d+)?$/;

/**
 * Reads as numbers and truth values what is one by its schema, of numbers in plain decimal digits alone: no exponents,
 * other bases, signs or spaces. A list is a list also where only one was sent. All else stays text, for the schema to
 * refuse.
 */
function readText(schema: JsonSchema, given: unknown): unknown {
  if (schema.type === 'array') return listOf(schema, given).map((each) => readText(schema.items ?? {}, each));
  if (typeof given === 'string') {
    const kinds = (schema.anyOf ?? [schema]).map(({ type }) => type);
    const form = kinds.includes('number') ? numberForm : kinds.includes('integer') ? integerForm : undefined;
    if (form?.test(given)) return Number(given);
    return kinds.includes('boolean') && (given === 'true' || given === 'false') ? given === 'true' : given;
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const read = Object.entries(given).map(([name, value]) => {
    const each = schema.properties && Object.hasOwn(schema.properties, name) && schema.properties[name];
    return [name, each ? readText(each, value) : value];
  });
  return Object.fromEntries(read);
}

/** The texts of a list: a parameter for each, or where the schema says so one for all, separated by commas. */
const listOf = ({ explode }: JsonSchema, given: unknown): unknown[] => {
  const texts = [given].flat();
  return explode === false ? texts.flatMap((text) => String(text).split(',')) : texts;
};

/** A span of instants that ends before it begins. */
function spanFault(query: unknown): SchemaFault | undefined {
  const { from, to } = query as Record<string, unknown>;
  if (typeof from !== 'string' || typeof to !== 'string') return undefined;
  if (!isInstantText(from) || !isInstantText(to)) return undefined;
  const [begin, end] = [from, to].map((text) => Temporal.Instant.from(text.toUpperCase()));
  if (!begin || !end || Temporal.Instant.compare(begin, end) <= 0) return undefined;
  return new SchemaFault([{ instancePath: '/to', schemaPath: '', keyword: 'span', params: {} }]);
}

/** Where a value stands, as Ajv tells it. */
type Place = { parentData: Record<string | number, unknown>; parentDataProperty: string | number };

/** As Ajv calls it, and then reads from it what is wrong. */
type PatternCheck = { (text: string, place?: Place): boolean; errors?: Partial<ErrorObject>[] };

/** `pattern`, tried on text only that is not longer than `maxLength` already refuses. */
function boundPatterns(ajv: Ajv): void {
  ajv.removeKeyword('pattern').addKeyword({
    keyword: 'pattern',
    type: 'string',
    schemaType: 'string',
    modifying: true,
    errors: true,
    compile: (pattern: string, { maxLength = Number.POSITIVE_INFINITY }) => {
      const faultOf = textFault(pattern, new RegExp(pattern, 'u'));
      const check: PatternCheck = (text, place) => {
        // Lengths are counted in characters, of which each takes one or two code units.
        const fault = text.length > 2 * maxLength ? undefined : faultOf(text);
        check.errors = fault === undefined ? [] : [{ keyword: 'pattern', params: fault }];
        // Ids are the same in capitals: one goes on as the database writes it, so that texts can be compared.
        if (pattern === idPattern && place) place.parentData[place.parentDataProperty] = text.toLowerCase();
        return fault === undefined;
      };
      return check;
    },
  });
}

/** `uniqueItems` for texts and numbers, in one pass, and only where `maxItems` does not already refuse. */
function boundUniqueItems(ajv: Ajv): void {
  ajv.removeKeyword('uniqueItems').addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    compile:
      (unique: boolean, { maxItems = Number.POSITIVE_INFINITY }) =>
      (items: unknown[]) =>
        !unique || items.length > maxItems || new Set(items).size === items.length,
  });
}

/** A request that does not fit its schema, one entry per fault. */
export class SchemaFault extends Error {
  readonly faults: FieldError[];

  constructor(errors: ErrorObject[]) {
    super('The request does not fit its schema');
    const faults = ofShapesMeant(errors).slice(0, 50).map(describe);
    // Of several things wrong with one value the first is what to mend.
    this.faults = [...new Map(faults.reverse().map((fault) => [fault.pointer, fault])).values()].reverse();
  }
}

/**
 * Where several shapes are told apart by a constant field, drops the faults of those the value does not claim to
 * have: what a weekly schedule lacks says nothing about one of a date. A value that claims none of the shapes is
 * told about the constant only.
 */
function ofShapesMeant(errors: ErrorObject[]): ErrorObject[] {
  const unions = Map.groupBy(errors, ({ schemaPath }) => /^(.*\/anyOf)\/\d+\//.exec(schemaPath)?.[1]);
  const dropped = new Set<ErrorObject>();
  for (const [union, faults] of unions) {
    const summary = errors.find(({ schemaPath }) => schemaPath === union);
    if (!summary) continue;
    const branchOf = ({ schemaPath }: ErrorObject) =>
      schemaPath.slice(summary.schemaPath.length).split('/')[1];
    const constants = faults.filter(
      ({ keyword, instancePath }) => keyword === 'const' && instancePath !== summary.instancePath,
    );
    if (constants.length === 0) continue;
    const notMeant = new Set(constants.map(branchOf));
    const meant = faults.filter((fault) => !notMeant.has(branchOf(fault)));
    for (const fault of [...faults, summary]) dropped.add(fault);
    for (const fault of meant.length > 0 ? meant : constants) dropped.delete(fault);
  }
  return errors.filter((error) => !dropped.has(error));
}

/** The codes of what JSON Schema's keywords find, and the parameter that their words name. */
const faultsOfKeywords: Record<string, [code: FaultCode, parameter?: string]> = {
  required: ['required'],
  additionalProperties: ['unknown_field'],
  type: ['type', 'type'],
  format: ['format'],
  enum: ['not_allowed', 'allowedValues'],
  const: ['not_allowed', 'allowedValue'],
  minLength: ['too_short', 'limit'],
  maxLength: ['too_long', 'limit'],
  minimum: ['too_small', 'limit'],
  maximum: ['too_large', 'limit'],
  minItems: ['too_few', 'limit'],
  maxItems: ['too_many', 'limit'],
  uniqueItems: ['repeated'],
  span: ['ends_before_start'],
};

function describe({ instancePath, keyword, params }: ErrorObject): FieldError {
  const named: unknown = params.missingProperty ?? params.additionalProperty;
  const pointer = typeof named === 'string' ? `${instancePath}/${escapePointer(named)}` : instancePath;
  if (keyword === 'pattern') return { pointer, ...(params as TextFault) };
  const [code, parameter] = faultsOfKeywords[keyword] ?? ['invalid'];
  if (parameter === undefined) return { pointer, code };
  return { pointer, code, value: [params[parameter]].flat().join(', ') };
}

const instantForm = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](\d\d):[0-5]\d)$/;
/** PostgreSQL knows offsets below 16 hours. */
const offsetHoursMax = 15;

/**
 * RFC 3339 without leap seconds, which neither `Date` nor PostgreSQL keeps; in UTC, too, its year has four digits and
 * is none before our era.
 */
export function isInstantText(text: string): boolean {
  const form = instantForm.exec(text);
  if (!form || Number(form[1] ?? 0) > offsetHoursMax) return false;
  try {
    const { year } = Temporal.Instant.from(text.toUpperCase()).toZonedDateTimeISO('UTC');
    return year >= 0 && year <= 9999;
  } catch {
    return false;
  }
}

/** `YYYY-MM-DD`, a day that exists, in the years that the contract knows. */
function isDateText(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  try {
    const { year } = Temporal.PlainDate.from(text);
    return year >= firstYear && year <= lastYear;
  } catch {
    return false;
  }
}

/** RFC 6901. */
const escapePointer = (name: string) => name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
