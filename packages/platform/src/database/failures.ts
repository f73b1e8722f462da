import pg from 'pg';
import { errorCode } from '../process/error-code.ts';

/** The name of the constraint a failed statement met, if that is why it failed (SQLSTATE class 23). */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof pg.DatabaseError) || !error.code?.startsWith('23')) return undefined;
  return error.constraint;
}

/*
 * SQLSTATEs: https://www.postgresql.org/docs/18/errcodes-appendix.html. Class 08: connection exceptions;
 * 53: out of disk, memory or connections; 25006: a standby, after a failover; 25P03: idle in a transaction for too
 * long; 57P01 to 57P05: going down, starting up, session ended; 58030: the server cannot read or write its files.
 */
/** A server that only reads: after a failover, the one that served until then. */
export const readOnlyState = '25006';

const unavailableStates = /^(08...|53...|25006|25P03|57P0[1-5]|58030)$/;

const unreachableCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTCONN'],
  ...[
    'ENOTFOUND',
    'EAI_AGAIN',
    'EAI_FAIL',
    'ENODATA',
    'ESERVFAIL',
    'ETIMEOUT',
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'ENETUNREACH',
    'ENETDOWN',
    'EADDRNOTAVAIL',
  ],
  ...['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS'],
]);

/** The driver, its pool and the query builder name these by their words alone. */
const unavailableWords = new RegExp(
  [
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Connection terminated',
    'There was an error establishing an SSL connection',
    'Client has encountered a connection error',
    'Client was closed and is not queryable',
    'Cannot use a pool after calling end',
    'Postgres connection has been discarded',
  ].join('|'),
);

/**
 * Whether the database could not be reached, went away or has no room: worth a 503 and a later try. Whether the
 * statement took effect is unknown if it was a COMMIT, or a statement outside a transaction.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    isUnreachable(error) ||
    unavailableStates.test(errorCode(error) ?? '') ||
    unavailableWords.test(error.message) ||
    isAwsAway(error)
  );
}

/**
 * What the AWS SDK throws where a request took too long, the other side failed or throttles, or no credentials can be
 * had at the moment (https://github.com/smithy-lang/smithy-typescript: `$fault`, `$retryable`).
 */
function isAwsAway(error: Error): boolean {
  if (/^(TimeoutError|CredentialsProviderError)$/.test(error.name)) return true;
  return Reflect.get(error, '$fault') === 'server' || awsThrottling.test(error.name);
}

const awsThrottling = /Throttl|^(RequestLimitExceeded|TooManyRequests(Exception)?|SlowDown)$/;

/** Whether the operating system found no way to another machine or process, or had no resources to go it. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isUnreachable)) return true;
  return unreachableCodes.has(errorCode(error) ?? '');
}

/**
 * Whether the server gave a statement up although nothing is wrong with it: a deadlock or a race that another
 * won (class 40, 55P03), or its time is over (57014). Nothing was done, and it may succeed when it is repeated.
 */
export function isGivenUp(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(40...|55P03|57014)$/.test(error.code ?? '');
}
