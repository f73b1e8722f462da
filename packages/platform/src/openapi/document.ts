import { Problem } from '@consulta/contracts';
import type { DeployedRoute, JsonSchema, RouteSchema } from '../http/route.ts';
import { badField, problemBody } from '../problems/problem.ts';
import { exampleOf } from './example.ts';
import { headerParameters } from './headers.ts';
import { contentOf, responsesOf } from './responses.ts';

type Json = Record<string, unknown>;
export type Documented = { summary: string; tag: string };

/**
 * The OpenAPI 3.1 document of the deployed routes, from their own schemas: what is served and what is described
 * cannot part. Every operation carries an example of what it takes and answers.
 *
 * @param describe gives a summary to routes whose schema has none; undefined makes this throw.
 */
export function openApiDocument(
  routes: readonly DeployedRoute[],
  describe: (route: DeployedRoute) => Documented | undefined,
): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, describe) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Consulta',
      version: '1',
      description:
        'Medical appointments: accounts, doctors, schedules, appointments, documents and feedback.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: { ...Problem, examples: [problemExample] } },
    },
  };
}

const problemExample = problemBody(badField('/email', 'does not have the form that is asked for'));

function operation(route: DeployedRoute, describe: (route: DeployedRoute) => Documented | undefined): Json {
  const schema = (route.schema ?? {}) as RouteSchema;
  const described = describe(route);
  const summary = schema.summary ?? described?.summary;
  if (!summary) throw new Error(`${route.method} ${route.url} has no summary`);
  return {
    operationId: operationId(route),
    summary,
    tags: [schema.tags?.[0] ?? described?.tag ?? 'other'],
    ...(route.permission === 'public'
      ? { security: [] }
      : { security: [{ bearer: [] }], 'x-permission': route.permission }),
    parameters: parameters(route, schema),
    ...(schema.body
      ? { requestBody: { required: true, content: contentOf(schema.body, schema.consumes) } }
      : {}),
    responses: responsesOf(route, schema),
  };
}

/** `POST /api/v1/appointments/:id/cancel` becomes `postAppointmentsIdCancel`. */
function operationId({ method, url }: DeployedRoute): string {
  const words = url
    .replace(/^\/api\/v1/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}

function parameters(route: DeployedRoute, schema: RouteSchema): Json[] {
  const listed = (place: string, from: JsonSchema | undefined) =>
    Object.entries(from?.properties ?? {}).map(([name, each]) => ({
      name,
      in: place,
      required: place === 'path' || (from?.required ?? []).includes(name),
      schema: each,
      // A name that is searched for is a person's.
      example: exampleOf(each, place === 'query' && name === 'name' ? 'fullName' : name),
    }));
  const known = [
    ...listed('path', schema.params),
    ...listed('query', schema.querystring),
    ...listed('header', schema.headers),
  ];
  return [...known, ...headerParameters(route, schema)];
}
