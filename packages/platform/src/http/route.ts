import type { Permission } from '@consulta/contracts';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync, FastifySchema, RawServerDefault } from 'fastify';

/** A route as deployed; `url` with its prefix and `:parameters`. */
export type DeployedRoute = {
  method: string;
  url: string;
  permission: Permission | 'public' | 'internal';
  schema: FastifySchema | undefined;
  /** The service that serves it; undefined for what every entrance has (health, documents). */
  service: string | undefined;
  /** Requests per minute allowed to one caller; undefined on the internal entrance. */
  perMinute: number | undefined;
};

/** A room's routes, with TypeBox types from their schemas. */
export type Routes = FastifyPluginAsync<Record<never, never>, RawServerDefault, TypeBoxTypeProvider>;
