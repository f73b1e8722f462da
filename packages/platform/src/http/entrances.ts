import { randomBytes } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Permission, permissions, type Role } from '@consulta/contracts';
import { details } from '@consulta/contracts/details';
import type { ServiceName } from '@consulta/contracts/internal/services';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Caller } from '../auth/access-token.ts';
import type { ServiceTokenVerifier } from '../auth/services/identity.ts';
import type { TokenVerifier } from '../auth/token-verifier.ts';
import { badField, problem, problemBody } from '../problems/problem.ts';
import { errorCode } from '../process/error-code.ts';
import type { Log } from '../process/log.ts';
import type { Metrics } from '../process/metric-definitions.ts';
import { strictJsonParser } from './bodies.ts';
import { bodyBytesMax } from './body-limit.ts';
import { compressAnswers } from './compression.ts';
import { capConnections, connectionsPerNetworkMax } from './connection-caps.ts';
import { allowOrigins } from './cors.ts';
import type { Counters } from './counters.ts';
import { setDeadlines } from './deadlines.ts';
import { declaredOf } from './declaration.ts';
import { answerNotModified } from './entity-tag.ts';
import { headDeadline, headWithinMs } from './head-deadline.ts';
import { languageTags } from './language.ts';
import { refuseForeignHosts } from './loopback.ts';
import { noSuchRoute } from './methods.ts';
import type { TrustsProxy } from './proxies.ts';
import { limitOnArrival } from './rate-limits.ts';
import { asProblem, sendProblem } from './refusals.ts';
import { deadlineHeader, inRequest, requestIdHeader } from './request-context.ts';
import { limitedCounter, meterRequests } from './request-metrics.ts';
import type { DeployedRoute } from './route.ts';
import { schemaValidators } from './validators.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route of this app, in the order of registration. */
    routeTable: DeployedRoute[];
  }
  interface FastifyRequest {
    /** Set on every route whose permission is not `public`. */
    caller: Caller | null;
    /** When nobody waits for the answer any more, of `performance.now()`; null where the caller did not say. */
    deadlineMs: number | null;
  }
  interface FastifyContextConfig {
    /** Who may call: a permission, or `public`. A route without one fails at boot. */
    permission?: Permission | 'public' | 'internal';
    /** The services that may call an `internal` route. One without it fails at boot. */
    callers?: readonly ServiceName[];
    /** Requests per minute allowed to one person, or one network where anyone may call. A public route without it
     * fails at boot. */
    perMinute?: number;
    /** Whether its answers count in the time that requests take; false for probes. */
    timed?: boolean;
  }
}

type AppOptions = {
  log: Log;
  metrics: Metrics;
  bodyBytesMax?: number;
  https?: { cert: Buffer; key: Buffer };
  /** For an entrance that only this machine reaches: a `Host` other than the loopback's is refused. */
  loopback?: boolean;
  /** Which peers are proxies that say truly whom they speak for; none without it. */
  trustsProxy?: TrustsProxy | undefined;
};

type PublicAppOptions = AppOptions & {
  verifyToken: TokenVerifier;
  counters: Counters | undefined;
  /** Origins whose pages may call from a browser; none without it. */
  origins?: readonly string[];
};

/**
 * The public entrance: tokens, permissions, limits, problem responses. Mount rooms' routes on it.
 *
 * @param options `counters` count what callers ask for; without them nobody is limited.
 */
export async function createPublicApp(options: PublicAppOptions): Promise<FastifyInstance> {
  const app = createApp(options);
  if (options.origins?.length) await allowOrigins(app, options.origins);
  await compressAnswers(app);
  app.addHook('onRoute', (route) => {
    const { method, url, config } = route;
    if (method === 'OPTIONS') return;
    if (config?.perMinute === undefined) throw new Error(`${method} ${url} declares no limit per minute`);
    // A form is read as it streams in, by a limit of its own.
    const { body, consumes } = declaredOf(route);
    if (!consumes?.includes('multipart/form-data')) route.bodyLimit = bodyBytesMax(body);
  });
  app.decorate('keysUnderWay', new Set<string>());
  setDeadlines(app);
  capConnections(app, options.log, {
    perNetworkMax: options.counters ? connectionsPerNetworkMax : undefined,
    trustsProxy: options.trustsProxy,
  });
  /** Without a promise where none is needed. */
  const identify = (request: FastifyRequest, done: (error?: Error) => void) => {
    const { permission } = request.routeOptions.config;
    if (permission === undefined || permission === 'public') return done();
    const take = (caller: Caller) => {
      request.caller = caller;
      done();
    };
    const caller = options.verifyToken(bearerToken(request));
    if (caller instanceof Promise) caller.then(take, done);
    else take(caller);
  };
  const limited = limitedCounter(options.metrics);
  if (options.counters) await limitOnArrival(app, options.counters, identify, limited);
  else app.addHook('onRequest', (request, _reply, done) => identify(request, done));
  app.addHook('onRequest', (request, reply, done) => {
    if (isFrontPage(request)) return void reply.redirect('/docs');
    // Before its body is read.
    if (request.is404) throw noSuchRoute(request);
    assertPermitted(request);
    done();
  });
  // A body may take half a minute to come, and whoever sends it may be signed out meanwhile.
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.caller && request.body !== undefined) identify(request, done);
    else done();
  });
  return app;
}

/** Who opens the address in a browser finds what there is to see. */
const isFrontPage = ({ is404, method, url }: FastifyRequest) =>
  is404 && ['GET', 'HEAD'].includes(method) && /^\/(\?|$)/.test(url);

/** 403 unless the caller's role may do what the route is for. */
function assertPermitted({ caller, routeOptions }: FastifyRequest): void {
  const { permission } = routeOptions.config;
  if (permission === undefined || permission === 'public') return;
  const allowed: readonly Role[] = permission === 'internal' ? [] : permissions[permission];
  if (!caller || !allowed.includes(caller.role)) throw problem('forbidden');
}

/**
 * The internal entrance: on every route but `public` ones (health, metrics) the token of a service that the route is for.
 */
export function createInternalApp(
  options: AppOptions & { verifyService: ServiceTokenVerifier },
): FastifyInstance {
  const own = requestIds();
  const app = createApp({
    ...options,
    bodyBytesMax: 4 * 1024 * 1024,
    genReqId: ({ headers }) => readRequestId(headers[requestIdHeader]) ?? own(),
  });
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.permission === 'internal' && !config.callers) {
      throw new Error(`${method} ${url} names no service that may call it`);
    }
  });
  app.addHook('onRequest', async (request, reply) => {
    const { permission, callers } = request.routeOptions.config;
    if (permission !== 'internal') return;
    const service = await options.verifyService(bearerToken(request));
    if (!callers?.includes(service)) throw problem('forbidden');
    const forMs = readDeadline(request.headers[deadlineHeader]);
    if (forMs !== undefined) request.deadlineMs = performance.now() - reply.elapsedTime + forMs;
  });
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.deadlineMs !== null && request.deadlineMs < performance.now()) throw problem('unavailable');
    done();
  });
  return app;
}

/** The caller of a route whose permission is not `public`. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('this route has no caller; declare its permission');
  return request.caller;
}

/** An id that another service gave a request; nothing that could forge a line of a log. */
const readRequestId = (given: unknown): string | undefined =>
  typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : undefined;

const readDeadline = (given: unknown): number | undefined =>
  typeof given === 'string' && /^\d{1,6}$/.test(given) ? Number(given) : undefined;

function createApp(options: AppOptions & { genReqId?: (raw: IncomingMessage) => string }): FastifyInstance {
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyBytesMax ?? 256 * 1024,
    routerOptions: { maxParamLength: 128 },
    genReqId: options.genReqId ?? requestIds(),
    ...(options.trustsProxy ? { trustProxy: options.trustsProxy } : {}),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      reply.header('x-content-type-options', 'nosniff');
      const tooLong = errorCode(error) === 'FST_ERR_MAX_PARAM_LENGTH';
      return sendProblem(problem(tooLong ? 'not_found' : 'bad_request', details.addressUnreadable), reply);
    },
    clientErrorHandler: refuseUnreadable,
    ...(options.https
      ? { https: { ...options.https, ...headDeadline, handshakeTimeout: headWithinMs } }
      : { http: headDeadline }),
  } as object) as unknown as FastifyInstance;
  app.setValidatorCompiler(schemaValidators());
  app.decorateRequest('caller', null);
  app.decorateRequest('deadlineMs', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, strictJsonParser(app));
  meterRequests(app, options.metrics);
  const routeTable: DeployedRoute[] = [];
  app.decorate('routeTable', routeTable);
  app.addHook('onRoute', ({ method, url, config, schema }) => {
    if (method === 'HEAD' || method === 'OPTIONS') return;
    if (config?.permission === undefined) throw new Error(`${method} ${url} declares no permission`);
    const { permission, perMinute } = config;
    routeTable.push({ method: String(method), url, permission, schema, service: undefined, perMinute });
  });
  // Hooks that wait for nothing call back: a promise for each would cost every request more than what they do.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    reply.header(requestIdHeader, request.id);
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=63072000');
    if (!isReadable(request.url)) throw problem('bad_request', details.addressUnreadable);
    done();
  });
  if (options.loopback) refuseForeignHosts(app);
  answerNotModified(app);
  app.addHook('preValidation', (request, _reply, done) => {
    if (!request.is404 && request.routeOptions.schema?.body === undefined) refuseUnknownBody(request.body);
    done();
  });
  // Not before: whatever reads a body leaves the context.
  app.addHook('preHandler', ({ id, deadlineMs }, _reply, done) => {
    inRequest({ requestId: id, deadlineMs: deadlineMs ?? undefined }, done);
  });
  app.setErrorHandler((error, request, reply) => sendProblem(asProblem(error, request), reply));
  app.setNotFoundHandler((request, reply) => sendProblem(noSuchRoute(request), reply));
  return app;
}

/** Whether an address is UTF-8 under its percent signs, and text that can be stored: nothing is guessed of the rest. */
function isReadable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    return !decodeURIComponent(url).includes('\0');
  } catch {
    return false;
  }
}

/** A route that takes no body refuses every field, as it refuses an unknown one elsewhere. */
function refuseUnknownBody(body: unknown): void {
  if (typeof body !== 'object' || body === null) return;
  const [field] = Object.keys(body);
  if (field !== undefined) throw badField(`/${field.slice(0, 100)}`, 'unknown_field');
}

/** What cannot be parsed as HTTP at all, or does not come, is refused like everything else. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable) return;
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const refusal = late ? problem('request_timeout') : problem('bad_request', details.notHttp);
  const body = JSON.stringify(problemBody(refusal, 'pt'));
  socket.write(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\nconnection: close\r\n` +
      `content-type: application/problem+json\r\ncontent-language: ${languageTags.pt}\r\n` +
      `x-content-type-options: nosniff\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  // Ending alone would wait for the other side to end as well.
  socket.destroySoon();
}

/** Request ids: unique to this process by a random start, counted from there. */
function requestIds(): () => string {
  const process = randomBytes(9).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${process}-${count.toString(36)}`;
  };
}

function bearerToken(request: FastifyRequest): string {
  const match = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i.exec(request.headers.authorization ?? '');
  if (!match?.[1]) throw problem('unauthorized');
  return match[1];
}
