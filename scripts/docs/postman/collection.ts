import { flow, type Step } from './flow.ts';

type Operation = { summary: string; requestBody?: { content: Record<string, { example?: unknown }> } };
export type OpenApi = { paths: Record<string, Record<string, Operation>> };

/**
 * The Postman collection (format 2.1): the flow's steps over the operations of the OpenAPI document. Throws when a
 * step names no operation; what no step calls is named in the description.
 */
export function postmanCollection(document: OpenApi): object {
  const operations = new Map<string, Operation>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, each] of Object.entries(methods))
      operations.set(`${method.toUpperCase()} ${path}`, each);
  }
  const used = new Set(flow.map(({ call }) => call));
  const missing = [...operations.keys()].filter((name) => !used.has(name));
  return {
    info: {
      name: 'Consulta',
      description: `Runs from top to bottom against a fresh start with demo data. Made from /openapi.json; left out: ${missing.join(', ')}.`,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    variable: [
      { key: 'baseUrl', value: 'http://localhost:8080' },
      { key: 'doctorCrm', value: '{{$randomInt}}{{$randomInt}}' },
    ],
    item: flow.map((step) => {
      const operation = operations.get(step.call);
      if (!operation) throw new Error(`there is no operation ${step.call}`);
      return item(step, operation);
    }),
  };
}

function item(step: Step, operation: Operation): object {
  const [method = '', path = ''] = step.call.split(' ');
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => step.path?.[name] ?? '');
  const content = contentOf(step, operation);
  const headers = {
    ...(step.as ? { Authorization: `Bearer {{${step.as}Token}}` } : {}),
    ...(content ? { 'Content-Type': content.type } : {}),
    ...step.headers,
  };
  return {
    name: step.name ?? operation.summary,
    event: [
      ...(step.before
        ? [{ listen: 'prerequest', script: { type: 'text/javascript', exec: step.before } }]
        : []),
      { listen: 'test', script: { type: 'text/javascript', exec: afterwards(step) } },
    ],
    request: {
      method,
      header: Object.entries(headers).map(([key, value]) => ({ key, value })),
      url: `{{baseUrl}}${filled}${step.query ? `?${encodedQuery(step.query)}` : ''}`,
      ...(content ? { body: { mode: 'raw', raw: content.text } } : {}),
    },
  };
}

/** Variables stay as they are written. */
const encodedQuery = (query: string): string => encodeURI(query).replaceAll(/%7B%7B(\w+)%7D%7D/g, '{{$1}}');

function contentOf(step: Step, operation: Operation): { type: string; text: string } | undefined {
  if (step.raw) return step.raw;
  const body = step.body ?? operation.requestBody?.content['application/json']?.example;
  return body === undefined ? undefined : { type: 'application/json', text: JSON.stringify(body, null, 2) };
}

function afterwards({ keep = {} }: Step): string[] {
  const kept = Object.entries(keep);
  return [
    "pm.test('answers below 400', () => pm.expect(pm.response.code).to.be.below(400));",
    ...(kept.length > 0 ? ['const json = pm.response.json();'] : []),
    ...kept.map(([name, expression]) => `pm.collectionVariables.set('${name}', ${expression});`),
  ];
}
