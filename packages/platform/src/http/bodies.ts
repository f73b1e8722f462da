import { details } from '@consulta/contracts/details';
import type { FastifyBodyParser, FastifyInstance } from 'fastify';
import { problem } from '../problems/problem.ts';

/**
 * Parses JSON bodies; refuses prototype keys, and text that PostgreSQL cannot store: NUL characters and lone
 * surrogates, which JSON can spell as escapes. `JSON.stringify` escapes exactly the lone ones again
 * (well-formed JSON.stringify, ECMAScript 2019).
 */
export function strictJsonParser(app: FastifyInstance): FastifyBodyParser<string> {
  const parse = app.getDefaultJsonParser('error', 'error');
  return (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    if (/\\u0000|\0/.test(body)) return done(problem('bad_request', details.bodyHoldsNul), undefined);
    parse(request, body, (error, value: unknown) => {
      if (error) return done(problem('bad_request', details.bodyNotJson), undefined);
      if (/\\u[dD][89a-fA-F]/.test(body) && holdsHalfPair(value)) {
        return done(problem('bad_request', details.bodyHoldsHalfPair), undefined);
      }
      done(null, value);
    });
  };
}

function holdsHalfPair(value: unknown): boolean {
  try {
    return /\\ud[89a-f]/.test(JSON.stringify(value).replaceAll('\\\\', ''));
  } catch {
    // Nested so deeply that it cannot be written again: no schema has such a shape.
    return true;
  }
}
