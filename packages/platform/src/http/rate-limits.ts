import { promisify } from 'node:util';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../problems/problem.ts';
import { type Counters, windowMs } from './counters.ts';
import { networkOf } from './network.ts';
import { addressOf } from './proxies.ts';
import type { LimitedCounter } from './request-metrics.ts';

/** What one network may ask for a minute, all its people together: a carrier puts hundreds behind one address. */
export const networkPerMinute = 12_000;

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

/**
 * Counts requests on arrival: before a token is verified and before a body is read, so that what is refused counts
 * too. First those of the caller's network; then, once `identify` has found who calls, those on the route: by person,
 * or by network where anyone may call. What exceeds a limit is 429 with `Retry-After`.
 */
export async function limitOnArrival(
  app: FastifyInstance,
  counters: Counters,
  identify: (request: FastifyRequest, done: (error?: Error) => void) => void,
  limited: LimitedCounter,
): Promise<void> {
  await app.register(rateLimit, { global: false, store: storeOn(counters) });
  const ofNetwork = app.createRateLimit({
    max: networkPerMinute,
    timeWindow: windowMs,
    keyGenerator: (request) => networkOf(addressOf(request)),
  });
  const ofRoute = app.createRateLimit({
    max: (request) => request.routeOptions.config.perMinute ?? 0,
    timeWindow: windowMs,
    keyGenerator: (request) => {
      const { routeOptions, method, caller } = request;
      const who = caller?.userId ?? networkOf(addressOf(request));
      return `${method === 'HEAD' ? 'GET' : method} ${routeOptions.url} ${who}`;
    },
  });
  const identified = promisify(identify);
  const refuseExcess = (policy: 'network' | 'route', { isExceeded, ttlInSeconds }: Count) => {
    if (!isExceeded) return;
    limited.inc({ policy });
    throw problem('rate_limited', undefined, { retryAfterSeconds: ttlInSeconds });
  };
  app.addHook('onRequest', async (request, reply) => {
    const network = await count(request, ofNetwork);
    if (network.isExceeded) tell(reply, 'network', network);
    refuseExcess('network', network);
    if (request.is404 || request.routeOptions.config.perMinute === undefined) return;
    await identified(request);
    const route = await count(request, ofRoute);
    tell(reply, 'route', route);
    refuseExcess('route', route);
  });
}

type Counted = (error: Error | null, counted: { current: number; ttl: number }) => void;

/** Those counters as the limiter wants to reach them. */
const storeOn = (counters: Counters) =>
  class Store {
    incr(key: string, callback: Counted): void {
      counters.count(key).then(
        ({ count, leftMs }) => callback(null, { current: count, ttl: leftMs }),
        (error) => callback(error, { current: 0, ttl: 0 }),
      );
    }

    child(): this {
      return this;
    }
  };

type Count = { max: number; remaining: number; ttlInSeconds: number; isExceeded: boolean };

async function count(request: FastifyRequest, limiter: Limiter): Promise<Count> {
  const counted = await limiter(request);
  if (counted.isAllowed) throw new Error('nobody is exempt from limits');
  return counted;
}

/** Tells what is left in the fields of draft-ietf-httpapi-ratelimit-headers-11 (3, 4): Structured Fields (RFC 9651). */
function tell(reply: FastifyReply, policy: 'network' | 'route', counted: Count): void {
  reply.header('ratelimit-policy', `"${policy}";q=${counted.max};w=${windowMs / 1000}`);
  reply.header('ratelimit', `"${policy}";r=${counted.remaining};t=${counted.ttlInSeconds}`);
}
