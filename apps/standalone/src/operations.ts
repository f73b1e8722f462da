import type { Metrics, Routes } from '@consulta/platform';
import { problem } from '@consulta/platform';
import { Type } from 'typebox';
import type { Databases } from './databases.ts';

const State = Type.Object({ status: Type.Literal('ok') });

type HealthDeps = {
  health: { ready: boolean };
  databases: Databases;
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
      schema: { response: { 200: State } },
      handler: async () => ({ status: 'ok' as const }),
    });
    app.route({
      method: 'GET',
      url: '/health/ready',
      config: { permission: 'public', perMinute: 3_000 },
      schema: { response: { 200: State } },
      handler: async () => {
        if (!health.ready) throw problem('unavailable', 'It is starting or stopping');
        const lacking = lack();
        if (lacking)
          throw problem('unavailable', `There is too little ${lacking}`, { retryAfterSeconds: 30 });
        const { user, schedule, appointment } = databases;
        await Promise.all([user, schedule, appointment].map((pool) => pool.query('SELECT 1')));
        return { status: 'ok' as const };
      },
    });
  };

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
