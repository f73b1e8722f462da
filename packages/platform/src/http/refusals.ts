import { details } from '@consulta/contracts/details';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isGivenUp, isUnavailable } from '../database/failures.ts';
import { badFields, ProblemError, problem, problemBody } from '../problems/problem.ts';
import { errorCode } from '../process/error-code.ts';
import { exhaustedResource } from '../process/resources.ts';
import { languageOf, languageTags } from './language.ts';
import { methodsAt } from './methods.ts';
import { SchemaFault } from './validators.ts';
import { addToVary } from './vary.ts';

/** The one place where anything thrown becomes a refusal. What is not understood is logged and hidden. */
export function asProblem(error: unknown, request: FastifyRequest): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof SchemaFault) return badFields(error.faults);
  if (isGone(request)) return problem('bad_request', details.connectionEnded);
  const exhausted = exhaustedResource(error);
  if (exhausted) {
    request.log.error({ err: error, reqId: request.id }, 'a resource is used up');
    return problem('unavailable', exhausted, { retryAfterSeconds: 30 });
  }
  if (isUnavailable(error) || isGivenUp(error)) {
    request.log.error({ err: error, reqId: request.id }, 'the database is out of reach or gave up');
    return problem('unavailable');
  }
  const code = errorCode(error);
  const statusCode = statusCodeOf(error);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return problem('unsupported_media_type');
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413) return problem('payload_too_large');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return problem('bad_request', details.requestUnreadable);
  }
  request.log.error({ err: error, reqId: request.id, route: request.routeOptions.url }, 'a request failed');
  return problem('internal_error');
}

/** What Fastify and its plugins say of a fault in a request. */
const statusCodeOf = (error: unknown): number | undefined =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;

/**
 * Whether the client itself ended the connection in the middle of its request. What then fails says nothing about this
 * side, though a connection's errors look the same whose connection it was; nobody reads the answer.
 */
const isGone = ({ raw }: FastifyRequest) => raw.destroyed && !raw.complete;

/** RFC 6750, 3: whoever sent a token that does not serve is told so, and whoever sent none what is needed. */
function challengeOf(error: ProblemError, { headers }: FastifyRequest): string {
  const challenge = 'Bearer realm="consulta"';
  if (error.code !== 'unauthorized' || !/^Bearer /i.test(headers.authorization ?? '')) return challenge;
  return `${challenge}, error="invalid_token", error_description="${error.detail.en}"`;
}

/** Sends RFC 9457 problem details, in the language that is asked for. */
export function sendProblem(error: ProblemError, reply: FastifyReply): FastifyReply {
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
  if (error.status === 401) reply.header('www-authenticate', challengeOf(error, reply.request));
  if (error.status === 405) {
    reply.header('allow', methodsAt(reply.server.routeTable, reply.request.url).join(', '));
  }
  const language = languageOf(reply.request.headers['accept-language']);
  addToVary(reply, 'Accept-Language');
  return reply
    .code(error.status)
    .type('application/problem+json')
    .header('content-language', languageTags[language])
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemBody(error, language));
}
