import type { Metrics, Routes } from '@consulta/platform';
import { problem } from '@consulta/platform';
import { Type } from 'typebox';
import type { Databases } from './databases.ts';

const State = Type.Object({ status: Type.Literal('ok') });

/** `/health/live`: the process lives. `/health/ready`: it is fully started and its databases answer. */
export const healthRoutes =
  (health: { ready: boolean }, databases: Databases): Routes =>
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
