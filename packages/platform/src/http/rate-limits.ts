import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../problems/problem.ts';
import { type Counters, windowMs } from './counters.ts';
import { networkOf } from './network.ts';

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
  identify: (request: FastifyRequest) => Promise<void>,
): Promise<void> {
  await app.register(rateLimit, { global: false, store: storeOn(counters) });
  const ofNetwork = app.createRateLimit({
    max: networkPerMinute,
    timeWindow: windowMs,
    keyGenerator: (request) => networkOf(request.ip),
  });
  const ofRoute = app.createRateLimit({
    max: (request) => request.routeOptions.config.perMinute ?? 0,
    timeWindow: windowMs,
    keyGenerator: ({ routeOptions, method, caller, ip }) =>
      `${method === 'HEAD' ? 'GET' : method} ${routeOptions.url} ${caller?.userId ?? networkOf(ip)}`,
  });
  app.addHook('onRequest', async (request, reply) => {
    await count(request, ofNetwork);
    if (request.is404) return;
    await identify(request);
    await count(request, ofRoute, reply);
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

/** Tells what is left in the fields of draft-ietf-httpapi-ratelimit-headers. */
async function count(request: FastifyRequest, limiter: Limiter, reply?: FastifyReply): Promise<void> {
  const counted = await limiter(request);
  if (counted.isAllowed) return;
  const { max, remaining, ttlInSeconds } = counted;
  reply?.header('ratelimit-policy', `"route";q=${max};w=60`);
  reply?.header('ratelimit', `"route";r=${remaining};t=${ttlInSeconds}`);
  if (counted.isExceeded) throw problem('rate_limited', undefined, { retryAfterSeconds: ttlInSeconds });
}
