import type { FastifyInstance } from 'fastify';
import type { Transport } from '../../http/transport.ts';
import { problem } from '../../problems/problem.ts';
import { errorCode } from '../../process/error-code.ts';

/**
 * Between services of one process: the same routes, tokens and checks, without a socket between. On the way of a booking
 * that is a tenth of what this process has to do.
 */
export function inProcessTransport(): Transport & { answerBy: (entrance: FastifyInstance) => void } {
  let entrance: FastifyInstance | undefined;
  return {
    answerBy: (app) => {
      entrance = app;
    },
    send: async ({ method, path: url, headers, body, signal }, isRead) => {
      if (!entrance) throw problem('unavailable');
      const payload = body === null ? {} : { payload: body };
      const injected = entrance.inject({ method, url, headers, ...payload });
      const answer = await untilAborted(signal, injected).catch((error: unknown) => {
        throw errorCode(error) === 'FST_ERR_REOPENED_CLOSE_SERVER' ? problem('unavailable') : error;
      });
      const status = answer.statusCode;
      return { status, body: isRead(status) ? answer.json() : undefined };
    },
    close: async () => {
      entrance = undefined;
    },
  };
}

/** The route goes on, as it does when a connection is closed; nobody waits for it any more. */
async function untilAborted<T>(signal: AbortSignal, answer: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
