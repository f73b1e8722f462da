import { createServer, type ServerResponse } from 'node:http';
import { isAddressedToLoopback } from '../http/loopback.ts';
import type { Metrics } from '../process/metrics.ts';
import { listenFault } from './listen-fault.ts';
import type { Place } from './options.ts';
import { portOf } from './port.ts';
import type { Readiness } from './readiness.ts';

type Answer = { status: number; type: string; body: string };

/**
 * The internal entrance of a process without routes: `/health/live`, `/health/ready` and `/metrics`, as the others
 * answer them, on Node's own server. The framework and its schemas would be most of what a worker has in memory.
 */
export function plainEntrance({ host, port, loopback }: Place, metrics: Metrics, readiness: Readiness) {
  const server = createServer((request, response) => {
    const foreign = loopback && !isAddressedToLoopback(request.headers.host);
    const url = request.method === 'GET' && !foreign ? request.url : undefined;
    answer(url, metrics, readiness).then(
      (answer) => send(response, answer),
      () => response.destroy(),
    );
  });
  const listen = async () => {
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(listenFault(error, { host, port }, 'INTERNAL_')));
      server.listen({ host, port }, resolve);
    });
    return `http://${host}:${portOf(server)}`;
  };
  const close = async (graceMs: number) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    clearTimeout(cut);
  };
  return { listen, close };
}

async function answer(url: string | undefined, { registry }: Metrics, readiness: Readiness): Promise<Answer> {
  if (url === '/health/live') return state(200, 'ok');
  if (url === '/metrics') return { status: 200, type: registry.contentType, body: await registry.metrics() };
  if (url !== '/health/ready') return state(404, 'There is no such route');
  const missing = await readiness();
  return missing ? state(503, missing.detail.en) : state(200, 'ok');
}

const state = (status: number, words: string): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify({ status: words }),
});

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(body);
}
