import { type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * Structured log. It is given ids only: no names, e-mails, documents, tokens or bodies. Errors show what locates
 * the fault and leave out what may carry data: a driver's details, parameters and connection.
 */
export const createLog = (level: string): Log =>
  pino({ level, base: null, serializers: { err: describeError } });

function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, constraint } = error as { code?: string; constraint?: string };
  const cause = error.cause === undefined ? undefined : describeError(error.cause);
  return { type: error.name, message: error.message, code, constraint, stack: error.stack, cause };
}
