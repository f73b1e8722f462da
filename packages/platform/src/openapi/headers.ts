import type { DeployedRoute, RouteSchema } from '../http/route.ts';

type Json = Record<string, unknown>;

/** Which of the standard request headers a route honours. */
export function honoured({ method, url }: DeployedRoute, { response = {} }: RouteSchema) {
  const creates = method === 'POST' && ('201' in response || '202' in response);
  return {
    idempotencyKey: creates,
    prefer: creates && /\/(appointments|reschedule)$/.test(url),
    ifMatch:
      (method === 'PUT' && /\/(schedules|medical-reports)\/:\w+$/.test(url)) ||
      (method === 'DELETE' && /\/schedules\/:\w+$/.test(url)) ||
      (method === 'POST' && url.endsWith('/verify')),
    range: url.endsWith('/content'),
    lastEventId: url.endsWith('/events'),
  };
}

/** Those headers as OpenAPI parameters. */
export function headerParameters(route: DeployedRoute, schema: RouteSchema): Json[] {
  const takes = honoured(route, schema);
  return [
    ...(takes.idempotencyKey
      ? [parameter('Idempotency-Key', 'same key and body, same answer, for 24 hours', 'pedido-2031-0001')]
      : []),
    ...(takes.prefer
      ? [parameter('Prefer', 'wait=N: wait up to N seconds (10 at most) for the decision', 'wait=10')]
      : []),
    ...(takes.ifMatch
      ? [parameter('If-Match', 'the ETag (or revision, quoted) of the version the change is based on', '"1"')]
      : []),
    ...(takes.range
      ? [
          parameter('Range', 'a range of bytes', 'bytes=0-1023'),
          parameter('If-Range', 'the ETag of the content the range is of', `"${'0'.repeat(64)}"`),
        ]
      : []),
    ...(takes.lastEventId ? [parameter('Last-Event-ID', 'resume after this event', '42')] : []),
  ];
}

const parameter = (name: string, description: string, example: string): Json => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
  example,
});
