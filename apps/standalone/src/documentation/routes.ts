import { type DeployedRoute, openApiDocument, type Routes } from '@consulta/platform';
import { Type } from 'typebox';
import { docsPage, docsStyle } from './page.ts';
import { summaries } from './summaries.ts';

/** `/openapi.json` and a page to read it; made from the deployed routes when first asked for. */
export const documentationRoutes: Routes = async (app) => {
  let document: Record<string, unknown> | undefined;
  const describe = () => {
    document ??= openApiDocument(app.routeTable, summaryOf);
    return document;
  };
  const asIs = (body: unknown) => String(body);
  app.route({
    method: 'GET',
    url: '/openapi.json',
    config: { permission: 'public', perMinute: 300 },
    schema: { response: { 200: Type.Record(Type.String(), Type.Unknown()) } },
    handler: async (_request, reply) =>
      reply
        .type('application/json')
        .serializer(asIs)
        .send(JSON.stringify(describe()) as never),
  });
  app.route({
    method: 'GET',
    url: '/docs',
    config: { permission: 'public', perMinute: 300 },
    schema: { produces: ['text/html'], response: { 200: Type.String() } },
    handler: async (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', "default-src 'none'; style-src 'self'; frame-ancestors 'none'")
        .send(docsPage(describe())),
  });
  app.route({
    method: 'GET',
    url: '/docs/style.css',
    config: { permission: 'public', perMinute: 300 },
    schema: { produces: ['text/css'], response: { 200: Type.String() } },
    handler: async (_request, reply) => reply.type('text/css; charset=utf-8').send(docsStyle),
  });
};

function summaryOf({ method, url }: DeployedRoute) {
  const found = summaries[`${method} ${url.replace(/^\/api\/v1/, '')}`];
  return found && { tag: found[0], summary: found[1] };
}
