import { type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * Structured log. It is given ids only: no names, e-mails, documents, tokens or bodies; the usual carriers of
 * such data are cut out should one slip in.
 */
export const createLog = (level: string): Log =>
  pino({
    level,
    base: null,
    redact: {
      paths: [
        '*.password',
        '*.cpf',
        '*.email',
        '*.accessToken',
        '*.refreshToken',
        'err.detail',
        'err.where',
        'err.parameters',
      ],
      remove: true,
    },
  });
