import { DoctorSearchQuery, DoctorSummary, page } from '@consulta/contracts';
import type { Cache } from '@consulta/platform/caching';
import type { Routes } from '@consulta/platform/http';
import type { Log } from '@consulta/platform/process';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { readSearch, type Search } from './filter.ts';
import { runPrepared, searchDoctors } from './search.ts';
import { currentStatistics } from './statistics.ts';

type Deps = {
  pool: pg.Pool;
  log: Log;
  cache: Cache;
  /** How long an answer may be repeated; 0 turns the cache off. */
  cacheMs: number;
  now: () => Temporal.Instant;
};

const schema = {
  operationId: 'searchDoctors',
  summary: 'Search doctors',
  description:
    'Case and accents do not matter. By default who is free first comes first; there is no order by merit.',
  tags: ['doctors'] as const,
  querystring: DoctorSearchQuery,
  refuses: ['unavailable', 'overloaded'] as const,
  response: { 200: page(DoctorSummary) },
};

/** Searching doctors. */
export const searchRoutes = ({ pool, log, cache, cacheMs, now }: Deps): Routes => {
  const statistics = currentStatistics(pool, log);
  const run = runPrepared(pool);
  const answer = (search: Search) => searchDoctors(run, search, statistics());
  const answered = cacheMs > 0 ? throughCache(cache, cacheMs, answer) : answer;
  return async (typed) => {
    // The answer is JSON text from the database; with the schema's types only an object could be sent.
    const app: FastifyInstance = typed.withTypeProvider();
    app.get<{ Querystring: DoctorSearchQuery }>(
      '/doctors',
      {
        config: { permission: 'public', perMinute: 1_200 },
        schema,
      },
      async (request, reply) => {
        reply.type('application/json; charset=utf-8');
        return answered(readSearch(request.query, now().epochMilliseconds));
      },
    );
  };
};

/**
 * Repeats an answer for a while. The key holds all that the answer depends on; the caller is not part of it,
 * since all who may search see the same doctors.
 */
function throughCache(
  cache: Cache,
  ttlMs: number,
  answer: (search: Search) => Promise<string>,
): (search: Search) => Promise<string> {
  return async (search) => {
    const { free, ...rest } = search;
    const key = `doctor-search ${JSON.stringify([rest, free?.beforeMs])}`;
    const [cached] = await cache.getMany([key]);
    if (typeof cached === 'string') return cached;
    const fresh = await answer(search);
    await cache.setMany([[key, fresh]], ttlMs);
    return fresh;
  };
}
