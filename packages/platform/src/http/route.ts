import type { Permission } from '@consulta/contracts';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync, FastifySchema, RawServerDefault } from 'fastify';

/** The part of JSON Schema that this project's schemas use. */
export type JsonSchema = {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: JsonSchema;
  maxItems?: number;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  minItems?: number;
  maximum?: number;
  default?: unknown;
  examples?: unknown[];
};

/** What entrances and the OpenAPI document read of a route's schema. */
export type RouteSchema = {
  summary?: string;
  tags?: readonly string[];
  consumes?: readonly string[];
  produces?: readonly string[];
  body?: JsonSchema;
  params?: JsonSchema;
  querystring?: JsonSchema;
  headers?: JsonSchema;
  response?: Record<string, JsonSchema>;
};

/** A route as deployed; `url` with its prefix and `:parameters`. */
export type DeployedRoute = {
  method: string;
  url: string;
  permission: Permission | 'public' | 'internal';
  schema: FastifySchema | undefined;
  /** Requests per minute allowed to one caller; undefined on the internal entrance. */
  perMinute: number | undefined;
};

/** A room's routes, with TypeBox types from their schemas. */
export type Routes = FastifyPluginAsync<Record<never, never>, RawServerDefault, TypeBoxTypeProvider>;
