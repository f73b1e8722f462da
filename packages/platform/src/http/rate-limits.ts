import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../problems/problem.ts';
import { networkOf } from './network.ts';

const windowMs = 60_000;
/** What one network may ask for a minute, all its people together: a carrier puts hundreds behind one address. */
export const networkPerMinute = 12_000;
/** Counters kept for one minute: 20,000 patients at once on ten routes each, twice over. */
const countersMax = 400_000;

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

/**
 * Counts requests on arrival: before a token is verified and before a body is read, so that what is refused counts
 * too. First those of the caller's network; then, once `identify` has found who calls, those on the route: by person,
 * or by network where anyone may call. What exceeds a limit is 429 with `Retry-After`.
 */
export async function limitOnArrival(
  app: FastifyInstance,
  identify: (request: FastifyRequest) => Promise<void>,
): Promise<void> {
  await app.register(rateLimit, { global: false, store: MinuteCounters });
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

/** Tells what is left in the fields of draft-ietf-httpapi-ratelimit-headers. */
async function count(request: FastifyRequest, limiter: Limiter, reply?: FastifyReply): Promise<void> {
  const counted = await limiter(request);
  if (counted.isAllowed) return;
  const { max, remaining, ttlInSeconds } = counted;
  reply?.header('ratelimit-policy', `"route";q=${max};w=60`);
  reply?.header('ratelimit', `"route";r=${remaining};t=${ttlInSeconds}`);
  if (counted.isExceeded) throw problem('rate_limited', undefined, { retryAfterSeconds: ttlInSeconds });
}

/**
 * The counters of the minute under way. All windows end together, so that what was counted goes with them and memory
 * holds no more than one minute's callers; if they are too many, the oldest of them are forgotten.
 */
export class MinuteCounters {
  #minute = 0;
  #counts = new Map<string, number>();

  incr(
    key: string,
    callback: (error: Error | null, counted: { current: number; ttl: number }) => void,
  ): void {
    const nowMs = Date.now();
    const minute = Math.floor(nowMs / windowMs);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#counts = new Map();
    }
    const current = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, current);
    if (this.#counts.size > countersMax) this.#forgetOldest();
    callback(null, { current, ttl: (minute + 1) * windowMs - nowMs });
  }

  child(): this {
    return this;
  }

  #forgetOldest(): void {
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}
