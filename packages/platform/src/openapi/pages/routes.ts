import { createHash } from 'node:crypto';
import type { FastifySchema } from 'fastify';
import { Type } from 'typebox';
import type { DeployedRoute, Routes } from '../../http/route.ts';
import { openApiDocument } from '../document.ts';
import { docsPage, docsStyle } from './page.ts';

type Page = {
  url: string;
  type: string;
  schema: FastifySchema;
  write: (routes: DeployedRoute[]) => string;
};

const pages: Page[] = [
  {
    url: '/openapi.json',
    type: 'application/json',
    schema: {
      operationId: 'readOpenApiDocument',
      summary: 'Describe every route',
      tags: ['operations'],
      tagged: true,
      response: { 200: Type.Object({}, { additionalProperties: true }), 304: Type.Null() },
    },
    write: (routes) => JSON.stringify(openApiDocument(routes)),
  },
  {
    url: '/docs',
    type: 'text/html',
    schema: {
      operationId: 'readDocumentation',
      summary: 'Read the description of every route',
      tags: ['operations'],
      tagged: true,
      produces: ['text/html'],
      response: { 200: Type.String(), 304: Type.Null() },
    },
    write: (routes) => docsPage(openApiDocument(routes)),
  },
  {
    url: '/docs/style.css',
    type: 'text/css',
    schema: {
      operationId: 'readStyleOfDocumentation',
      summary: 'Style the description',
      tags: ['operations'],
      tagged: true,
      produces: ['text/css'],
      response: { 200: Type.String(), 304: Type.Null() },
    },
    write: () => docsStyle,
  },
];

/** `/openapi.json` and a page to read it: made once, when all routes are known, and served from memory. */
export const documentationRoutes: Routes = async (app) => {
  for (const { url, type, schema, write } of pages) {
    let made = { body: Buffer.alloc(0), tag: '' };
    app.addHook('onReady', async () => {
      const body = Buffer.from(write(app.routeTable));
      made = { body, tag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
    });
    app.route({
      method: 'GET',
      url,
      config: { permission: 'public', perMinute: 300 },
      schema,
      handler: async (request, reply) => {
        reply
          .header('etag', made.tag)
          .header('cache-control', 'no-cache')
          .header('content-security-policy', "default-src 'none'; style-src 'self'; frame-ancestors 'none'");
        if (request.headers['if-none-match'] === made.tag) return reply.code(304).send();
        return reply.type(`${type}; charset=utf-8`).send(made.body as never);
      },
    });
  }
};
