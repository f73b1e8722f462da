import { type DestinationStream, type Logger, pino } from 'pino';
import { errorCode } from './error-code.ts';

export type Log = Logger;

/**
 * Structured log. It is given ids only: no names, e-mails, documents, tokens or bodies. Errors show what locates
 * the fault and leave out what may carry data: a driver's details, parameters and connection.
 */
export const createLog = (level: string, destination?: DestinationStream): Log =>
  pino(
    {
      level,
      base: null,
      serializers: {
        err: describeError,
        // What a library logs of its own accord must not bring headers along.
        req: ({ method, routeOptions }: LoggedRequest) => ({ method, route: routeOptions?.url }),
        res: ({ statusCode }: { statusCode?: number }) => ({ statusCode }),
        headers: () => undefined,
        busboyOptions: () => undefined,
      },
      hooks: { streamWrite: withoutSecrets },
    },
    destination,
  );

type LoggedRequest = { method?: string; routeOptions?: { url?: string } };

/**
 * The last barrier: whatever a message or an error's text quotes, signed tokens and bearer credentials (RFC 6750) are
 * cut out of the line.
 */
const withoutSecrets = (line: string): string =>
  line.includes('eyJ') || line.includes('earer ')
    ? line
        .replace(/(?<![\w-])eyJ[\w-]{10,}\.[\w.-]+/g, '[token]')
        .replace(/\b(bearer) [\w~+/.=-]+/gi, '$1 [token]')
    : line;

function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const constraint = 'constraint' in error ? error.constraint : undefined;
  const cause = error.cause === undefined ? undefined : describeError(error.cause);
  return {
    type: error.name,
    message: error.message,
    code: errorCode(error),
    constraint,
    stack: error.stack,
    cause,
  };
}
