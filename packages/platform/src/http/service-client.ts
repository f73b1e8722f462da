import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '@consulta/contracts';
import type { ServiceName } from '@consulta/contracts/internal/services';
import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import type { ServiceCredentials } from '../auth/services/identity.ts';
import { isUnreachable } from '../database/failures.ts';
import { problem } from '../problems/problem.ts';
import { errorCode } from '../process/error-code.ts';
import type { Log } from '../process/log.ts';
import { currentRequest, deadlineHeader, requestIdHeader } from './request-context.ts';
import { withTimeLimit } from './time-limit.ts';
import type { Transport } from './transport.ts';

export type ServiceClient = {
  /** Throws 503 when the service stays out of reach, and an error when it answers what it should not. */
  call: <Asked, Answer>(call: Call<Asked, Answer>, asked: Asked) => Promise<Answer>;
  close: () => Promise<void>;
};

/** A client that knows whether its service was away when it was last called. */
export type WatchedServiceClient = ServiceClient & { isAway: () => boolean };

/** How long a call may take with all its repetitions, in milliseconds. */
export type Patience = {
  /** While a person waits, who learns within a second that something is away. */
  requestMs: number;
  /** In background work. Shorter than a transaction may rest, since some calls are made in the middle of one. */
  workMs: number;
};

const patienceDefault: Patience = { requestMs: 900, workMs: 4_000 };

const repetitionsMax = 2;
/** Calls that fail in a row before the others are spared the wait, and how long until one tries again. */
const failuresMax = 5;
const sparedMs = 1_000;

/** The time that is left, and what is asked. */
type Asking = { method: 'GET' | 'POST'; path: string; body: string | null; deadlineMs: number };

/**
 * Calls another service's internal routes, spread over connections. They are idempotent, so a call that failed on the way
 * or with 503 is repeated up to twice, with jitter, while there is time; one that nothing answered is not, since its
 * time is over. The time that is left and the request's id travel along. After a few failures in a row calls fail at
 * once, until one a second that is let through finds the service again.
 */
export function createServiceClient(options: {
  transport: Transport;
  /** The service that answers there. */
  to: ServiceName;
  /** Of the service that asks. */
  credentials: ServiceCredentials;
  log: Log;
  patience?: Patience;
}): WatchedServiceClient {
  const { transport, to, credentials, log, patience = patienceDefault } = options;
  const breaker = circuitBreaker(handleWhen(isAway), {
    halfOpenAfter: sparedMs,
    breaker: new ConsecutiveBreaker(failuresMax),
  });
  breaker.onBreak(() => log.warn({ service: to }, 'a service is away: calls fail at once until it is back'));
  breaker.onReset(() => log.info({ service: to }, 'a service that was away is back'));

  const once = async ({ method, path, body, deadlineMs }: Asking): Promise<unknown> => {
    const authorization = `Bearer ${await credentials.tokenFor(to)}`;
    const leftMs = leftUntil(deadlineMs);
    return withTimeLimit(leftMs, async (signal) => {
      const headers = { authorization, ...travelling(leftMs), ...(body === null ? {} : asJson) };
      const { status, body: answer } = await transport.send({ method, path, headers, body, signal }, isGood);
      if (isGood(status)) return answer;
      if (status === 503) throw problem('unavailable');
      throw new Error(`${method} ${path.split('?')[0]} answered ${status}`);
    });
  };
  const repeated = async (asking: Asking): Promise<unknown> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(asking);
      } catch (error) {
        const pauseMs = 50 * attempt * (0.5 + Math.random());
        const noTime = leftUntil(asking.deadlineMs) <= pauseMs;
        if (noTime || attempt > repetitionsMax || !isAway(error)) throw error;
        await sleep(pauseMs);
      }
    }
  };
  /** While nobody knows whether the service is back, others wait for the one that tries, which is therefore quick. */
  const guarded = async (asking: Asking) => {
    if (asking.deadlineMs <= performance.now()) throw problem('unavailable');
    return breaker.execute(() => {
      if (breaker.state !== CircuitState.HalfOpen) return repeated(asking);
      const deadlineMs = Math.min(asking.deadlineMs, performance.now() + patience.requestMs);
      return repeated({ ...asking, deadlineMs });
    });
  };

  return {
    call: async (call, asked) => {
      const { method } = call;
      const path = method === 'GET' ? `${call.path}?${queryOf(asked)}` : call.path;
      const body = method === 'GET' ? null : JSON.stringify(asked);
      const answer = await guarded({ method, path, body, deadlineMs: deadlineOf(patience) }).catch(
        (error: unknown) => {
          throw isAway(error) || error instanceof BrokenCircuitError ? problem('unavailable') : error;
        },
      );
      if (!call.isAnswer(answer)) throw new Error(`${method} ${call.path} answered what it should not`);
      return answer;
    },
    close: transport.close,
    isAway: () => breaker.state !== CircuitState.Closed,
  };
}

const isGood = (status: number) => status < 300;

const asJson = { 'content-type': 'application/json' };

function deadlineOf({ requestMs, workMs }: Patience): number {
  const request = currentRequest();
  const ownMs = performance.now() + (request ? requestMs : workMs);
  return Math.min(ownMs, request?.deadlineMs ?? ownMs);
}

const leftUntil = (deadlineMs: number) => Math.max(1, deadlineMs - performance.now());

function travelling(leftMs: number): Record<string, string> {
  const request = currentRequest();
  return {
    [deadlineHeader]: String(Math.ceil(leftMs)),
    ...(request ? { [requestIdHeader]: request.requestId } : {}),
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

/** Whether the service could not be reached, did not answer in time, or says that it cannot at present. */
function isAway(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'unavailable' || isUnreachable(error) || (code !== undefined && transientCodes.has(code));
}
