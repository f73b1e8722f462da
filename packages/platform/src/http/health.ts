import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { Type } from 'typebox';
import { problem } from '../problems/problem.ts';
import type { Metrics } from '../process/metrics.ts';
import type { Routes } from './route.ts';

const State = Type.Object({ status: Type.Literal('ok') });

/** Who asks wants an answer soon, and takes silence for death. */
const readyWithinMs = 2_000;

type HealthDeps = {
  health: { ready: boolean };
  /** The databases without which nothing can be answered. */
  databases: pg.Pool[];
  /** What there is too little of to go on as usual, if anything. */
  lack: () => string | undefined;
};

/**
 * `/health/live`: the process lives. `/health/ready`: it is fully started, its databases answer and it lacks nothing;
 * else 503 says what is missing.
 */
export const healthRoutes =
  ({ health, databases, lack }: HealthDeps): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/health/live',
      config: { permission: 'public', perMinute: 6_000 },
      schema: {
        operationId: 'readLiveness',
        summary: 'Tell whether the process lives',
        tags: ['operations'],
        response: { 200: State },
      },
      handler: async () => ({ status: 'ok' as const }),
    });
    app.route({
      method: 'GET',
      url: '/health/ready',
      config: { permission: 'public', perMinute: 3_000 },
      schema: {
        operationId: 'readReadiness',
        summary: 'Tell whether it is ready for requests',
        tags: ['operations'],
        refuses: ['unavailable'],
        response: { 200: State },
      },
      handler: async () => {
        if (!health.ready) throw problem('unavailable', 'It is starting or stopping');
        const lacking = lack();
        if (lacking)
          throw problem('unavailable', `There is too little ${lacking}`, { retryAfterSeconds: 30 });
        if (!(await allAnswer(databases))) {
          throw problem('unavailable', 'The database does not answer');
        }
        return { status: 'ok' as const };
      },
    });
  };

/** Whether each database answers in time. */
function allAnswer(pools: pg.Pool[]): Promise<boolean> {
  const answers = Promise.all(pools.map((pool) => pool.query('SELECT 1'))).then(
    () => true,
    () => false,
  );
  return Promise.race([answers, sleep(readyWithinMs, false, { ref: false })]);
}

/** `/metrics` in Prometheus' text format; on the internal port only. */
export const metricsRoutes =
  ({ registry }: Metrics): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/metrics',
      config: { permission: 'public' },
      schema: { response: { 200: Type.String() } },
      handler: async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
    });
  };
