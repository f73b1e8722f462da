import { Pool } from 'undici';
import { isUnreachable } from '../database/failures.ts';
import { problem } from '../problems/problem.ts';
import { errorCode } from '../process/error-code.ts';

export type ServiceClient = {
  /** Answers the JSON body of a 2xx response; throws 503 when the service stays out of reach. */
  call: <T>(method: 'GET' | 'POST', path: string, body?: unknown) => Promise<T>;
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
  serviceToken: string;
  timeoutMs?: number;
}): ServiceClient {
  const timeoutMs = options.timeoutMs ?? 6_000;
  const pool = new Pool(options.baseUrl, {
    connections: 16,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const headers = { authorization: `Bearer ${options.serviceToken}`, 'content-type': 'application/json' };

  const once = async (method: 'GET' | 'POST', path: string, body: string | undefined) => {
    const response = await pool.request({
      method,
      path,
      headers: body === undefined ? { authorization: headers.authorization } : headers,
      body: body ?? null,
    });
    if (response.statusCode < 300) return { value: await response.body.json() };
    await response.body.dump();
    if (response.statusCode === 503) throw problem('unavailable');
    throw new Error(`${method} ${path.split('?')[0]} answered ${response.statusCode}`);
  };

  return {
    call: async <T>(method: 'GET' | 'POST', path: string, body?: unknown) => {
      const sent = body === undefined ? undefined : JSON.stringify(body);
      const startedMs = performance.now();
      for (let attempt = 1; ; attempt += 1) {
        try {
          return (await once(method, path, sent)).value as T;
        } catch (error) {
          const late = performance.now() - startedMs > repeatWithinMs;
          if (late || attempt === 3 || !canSucceedLater(error)) throw asUnavailable(error);
          await new Promise((resolve) => setTimeout(resolve, 50 * attempt * (0.5 + Math.random())));
        }
      }
    },
    close: () => pool.close(),
  };
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
