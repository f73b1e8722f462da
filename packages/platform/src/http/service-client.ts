import type { Call } from '@consulta/contracts';
import type { ServiceName } from '@consulta/contracts/internal/services';
import { Pool } from 'undici';
import type { ServiceCredentials } from '../auth/services/identity.ts';
import { isUnreachable } from '../database/failures.ts';
import { problem } from '../problems/problem.ts';
import { errorCode } from '../process/error-code.ts';

export type ServiceClient = {
  /** Throws 503 when the service stays out of reach, and an error when it answers what it should not. */
  call: <Asked, Answer>(call: Call<Asked, Answer>, asked: Asked) => Promise<Answer>;
  close: () => Promise<void>;
};

/** A call is repeated only if it failed within this time. */
const repeatWithinMs = 1_000;

/**
 * Calls another service's internal routes. They are idempotent, so a call that failed on the way or with 503
 * is repeated up to twice, with jitter; one that took long to fail is not, since the caller waits as well.
 */
export function createServiceClient(options: {
  baseUrl: string;
  /** The service that answers there. */
  to: ServiceName;
  /** Of the service that asks. */
  credentials: ServiceCredentials;
  timeoutMs?: number;
}): ServiceClient {
  const timeoutMs = options.timeoutMs ?? 6_000;
  const pool = new Pool(options.baseUrl, {
    connections: 16,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const once = async (method: 'GET' | 'POST', path: string, body: string | null): Promise<unknown> => {
    const authorization = `Bearer ${await options.credentials.tokenFor(options.to)}`;
    const headers = { authorization, ...(body === null ? {} : { 'content-type': 'application/json' }) };
    const response = await pool.request({ method, path, headers, body });
    if (response.statusCode < 300) return response.body.json();
    await response.body.dump();
    if (response.statusCode === 503) throw problem('unavailable');
    throw new Error(`${method} ${path.split('?')[0]} answered ${response.statusCode}`);
  };
  const repeated = async (send: () => Promise<unknown>): Promise<unknown> => {
    const startedMs = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send();
      } catch (error) {
        const late = performance.now() - startedMs > repeatWithinMs;
        if (late || attempt === 3 || !canSucceedLater(error)) throw asUnavailable(error);
        await new Promise((resolve) => setTimeout(resolve, 50 * attempt * (0.5 + Math.random())));
      }
    }
  };

  return {
    call: async (call, asked) => {
      const { method } = call;
      const path = method === 'GET' ? `${call.path}?${queryOf(asked)}` : call.path;
      const body = method === 'GET' ? null : JSON.stringify(asked);
      const answer = await repeated(() => once(method, path, body));
      if (!call.isAnswer(answer)) throw new Error(`${method} ${call.path} answered what it should not`);
      return answer;
    },
    close: () => pool.close(),
  };
}

function queryOf(asked: unknown): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query;
}

/** The client's own, beside those of the operating system. */
const transientCodes = new Set(['UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT']);
const canSucceedLater = (error: unknown) => {
  const code = errorCode(error);
  return code === 'unavailable' || isUnreachable(error) || (code !== undefined && transientCodes.has(code));
};

function asUnavailable(error: unknown): unknown {
  const code = errorCode(error);
  const unreachable =
    canSucceedLater(error) || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  return unreachable ? problem('unavailable') : error;
}
