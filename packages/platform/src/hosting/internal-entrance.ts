import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { details } from '@consulta/contracts/details';
import { type Closing, closingOf } from '../http/closing.ts';
import { headDeadline } from '../http/head-deadline.ts';
import { isAddressedToLoopback } from '../http/loopback.ts';
import type { Log } from '../process/log.ts';
import type { Metrics } from '../process/metrics.ts';
import { listenFault } from './listen-fault.ts';
import type { Place } from './place.ts';
import { portOf } from './port.ts';
import { type Part, type Readiness, readiness } from './readiness.ts';
import type { StopSequence } from './stop-sequence.ts';

/** The internal entrance, open from the first moment of a process to its last. */
export type InternalEntrance = {
  url: string;
  readiness: Readiness;
  /** Reports on these beside health, once they are there. */
  report: (parts: Part[]) => void;
  /** Hands on what is asked beside health and metrics; until then that is answered 503. */
  routeTo: (handler: RequestListener) => void;
  sendAway: Closing['sendAway'];
};

type Options = {
  log: Log;
  metrics: Metrics;
  stops: StopSequence;
  internal: Place;
  /** How long what is under way at the very end may take; 100 unless said. */
  graceMs?: number;
};

/** Connections that are kept between two calls: longer than callers keep them, so that these are the ones to close them. */
const keepAliveTimeout = 72_000;

/**
 * Opens the internal entrance: `/health/live`, `/health/ready` and `/metrics`, on Node's own server. The framework and
 * its schemas would be most of what a worker has in memory, and a process that starts has no routes yet, though it must
 * tell what it waits for.
 */
export async function openInternalEntrance(options: Options): Promise<InternalEntrance> {
  const { internal, metrics, stops, graceMs = 100 } = options;
  const state: State = { metrics, readiness: readiness(), parts: [] };
  let handler: RequestListener | undefined;
  const server = createServer({ ...headDeadline, keepAliveTimeout }, (request, response) => {
    const foreign = internal.loopback && !isAddressedToLoopback(request.headers.host);
    const url = request.url?.split('?')[0] ?? '';
    const known = request.method === 'GET' && !foreign && isOurs(url) ? url : undefined;
    if (known === undefined && handler) return handler(request, response);
    answer(known, state).then(
      (answer) => send(response, answer),
      () => response.destroy(),
    );
  });
  const closing = closingOf({
    ports: () => (server.listening ? [portOf(server)] : []),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
  stops.add('internal entrance', graceMs + 100, () => closing.close(graceMs));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFault(error, internal, 'INTERNAL_')));
    server.listen({ host: internal.host, port: internal.port }, resolve);
  });
  return {
    url: `http://${internal.host}:${portOf(server)}`,
    readiness: state.readiness,
    report: (parts) => {
      state.parts = parts;
    },
    routeTo: (routes) => {
      handler = routes;
    },
    sendAway: closing.sendAway,
  };
}

type State = { metrics: Metrics; readiness: Readiness; parts: Part[] };
type Answer = { status: number; body: string; type?: string; retryAfterSeconds?: number };

const isOurs = (path: string) => ['/health/live', '/health/ready', '/metrics'].includes(path);

/** To one of the three paths, or to another that has no routes, or none yet. */
async function answer(path: string | undefined, { metrics, readiness, parts }: State): Promise<Answer> {
  if (path === '/health/live') return json(200, { status: 'ok' });
  if (path === '/metrics')
    return { status: 200, type: metrics.registry.contentType, body: await metrics.text() };
  const missing = await readiness.missing();
  if (missing) {
    const { detail, retryAfterSeconds = 1 } = missing;
    return { ...json(503, { status: detail.en }), retryAfterSeconds };
  }
  if (path === undefined) return json(404, { status: details.noSuchRoute.en });
  return json(200, { status: 'ok', away: parts.filter(({ isAway }) => isAway()).map(({ name }) => name) });
}

const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) });

function send(response: ServerResponse, answer: Answer): void {
  const { status, body, type = 'application/json', retryAfterSeconds } = answer;
  response.setHeader('content-type', type).setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
  response.writeHead(status).end(body);
}
