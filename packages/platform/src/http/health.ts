import type { Words } from '@consulta/contracts/words';
import { Type } from 'typebox';
import { problem } from '../problems/problem.ts';
import type { Routes } from './route.ts';

const State = Type.Object({ status: Type.Literal('ok') });

/** Why the process should be sent nothing at present; undefined when it is ready. */
type Readiness = () => Promise<{ detail: Words; retryAfterSeconds?: number } | undefined>;

/** `/health/live`: the process lives. `/health/ready`: it can do its work; else 503 says what is missing. */
export const healthRoutes =
  (readiness: Readiness): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/health/live',
      config: { permission: 'public', perMinute: 6_000, timed: false },
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
      config: { permission: 'public', perMinute: 3_000, timed: false },
      schema: {
        operationId: 'readReadiness',
        summary: 'Tell whether it is ready for requests',
        tags: ['operations'],
        refuses: ['unavailable'],
        response: { 200: State },
      },
      handler: async () => {
        const missing = await readiness();
        if (missing) throw problem('unavailable', missing.detail, missing);
        return { status: 'ok' as const };
      },
    });
  };
