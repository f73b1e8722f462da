import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Metrics } from '../process/metric-definitions.ts';
import { counter, histogram } from '../process/metric-definitions.ts';
import { declaredOf } from './declaration.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'];
const classes = ['2xx', '3xx', '4xx', '5xx'];

const requests = counter({
  name: 'consulta_http_requests_total',
  unit: 'count',
  meaning: 'Requests answered, by the class of their status; `none` is where no route is',
  labels: { method: methods, route: 'routes', class: classes },
});
const duration = histogram({
  name: 'consulta_http_request_duration_seconds',
  unit: 'seconds',
  meaning:
    'Time to answer requests, of those answered below 500; to the first byte of a download. Event streams, waits ' +
    '(`Prefer: wait`), probes and `/metrics` stay out',
  labels: { method: methods, route: 'routes' },
  bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
const limited = counter({
  name: 'consulta_requests_limited_total',
  unit: 'count',
  meaning: 'Requests refused because their network, or their caller on a route, asked too often',
  labels: { policy: ['network', 'route'] },
});

export const httpMetrics = [requests, duration, limited];

/** Counts what is refused for its number. */
export const limitedCounter = (metrics: Metrics) => metrics.counter(limited);
export type LimitedCounter = ReturnType<typeof limitedCounter>;

type Timing = 'whole' | 'first byte' | 'unless waiting' | 'none';

/** What is counted of one route and method, made once, so that a request makes nothing. */
type RouteMeter = {
  /** By the first digit of the status. */
  counts: ({ inc: () => void } | undefined)[];
  seconds: { observe: (seconds: number) => void };
  timing: Timing;
};

/** Counts and times every request of an app. */
export function meterRequests(app: FastifyInstance, metrics: Metrics): void {
  const total = metrics.counter(requests);
  const seconds = metrics.histogram(duration);
  const meterFor = (method: string, route: string, timing: Timing): RouteMeter => {
    const known = methods.includes(method) ? method : 'other';
    const counts = classes.map((each) => {
      const child = total.labels(known, route, each);
      // Prometheus sees the first failure only of a counter that was there before.
      child.inc(0);
      return child;
    });
    return { counts: [undefined, undefined, ...counts], seconds: seconds.labels(known, route), timing };
  };
  const meters = new Map<string, Map<string, RouteMeter>>();
  const keep = (method: string, url: string, timing: Timing) => {
    const ofRoute = meters.get(url) ?? new Map<string, RouteMeter>();
    const meter = meterFor(method, url, timing);
    meters.set(url, ofRoute.set(method, meter));
    return meter;
  };
  const meterOf = ({ method, routeOptions: { url = 'none' } }: FastifyRequest): RouteMeter => {
    return meters.get(url)?.get(method) ?? keep(method, url, 'whole');
  };
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      const timing = timingOf(route);
      keep(method, route.url, timing);
      if (timing === 'first byte') timeFirstByte(route, meterOf);
    }
  });
  app.addHook('onResponse', (request, reply, done) => {
    const meter = meterOf(request);
    meter.counts[Math.trunc(reply.statusCode / 100)]?.inc();
    const { timing } = meter;
    const timed = timing === 'whole' || (timing === 'unless waiting' && request.headers.prefer === undefined);
    if (timed && reply.statusCode < 500) meter.seconds.observe(reply.elapsedTime / 1000);
    done();
  });
}

/** How long a download takes says how its reader reads; how soon it begins is the server's. */
function timeFirstByte(route: RouteOptions, meterOf: (request: FastifyRequest) => RouteMeter): void {
  const hook = (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: SendDone) => {
    if (reply.statusCode < 500) meterOf(request).seconds.observe(reply.elapsedTime / 1000);
    done(null, payload);
  };
  route.onSend = [route.onSend ?? [], hook].flat();
}

type SendDone = (error: null, payload: unknown) => void;

function timingOf(route: RouteOptions): Timing {
  const { waits, resumes, download } = declaredOf(route);
  if (resumes || route.config?.timed === false) return 'none';
  if (download) return 'first byte';
  return waits ? 'unless waiting' : 'whole';
}
