import { isUtf8 } from 'node:buffer';
import { details } from '@consulta/contracts/details';
import type { FastifyBodyParser, FastifyInstance } from 'fastify';
import { problem } from '../problems/problem.ts';

/**
 * Parses JSON bodies, which are UTF-8 (RFC 8259, 8.1); refuses prototype keys, and text that PostgreSQL cannot store:
 * NUL characters and lone surrogates, which JSON can spell as escapes.
 */
export function strictJsonParser(app: FastifyInstance): FastifyBodyParser<Buffer> {
  const parse = app.getDefaultJsonParser('error', 'error');
  return (request, bytes, done) => {
    if (namesOtherCharset(request.headers['content-type'] ?? '')) {
      return done(problem('unsupported_media_type', details.jsonInUtf8), undefined);
    }
    if (bytes.length === 0) return done(null, undefined);
    if (!isUtf8(bytes)) return done(problem('bad_request', details.bodyNotUtf8), undefined);
    const body = bytes.toString();
    parse(request, body, (error, value: unknown) => {
      if (error) return done(problem('bad_request', details.bodyNotJson), undefined);
      if (escapeOfUnstorable.test(body) && holdsUnstorable(value)) {
        return done(problem('bad_request', details.bodyUnstorable), undefined);
      }
      done(null, value);
    });
  };
}

/** Whether a media type names a charset that is not UTF-8; JSON has no other. */
const namesOtherCharset = (mediaType: string): boolean =>
  mediaType.includes(';') &&
  [...mediaType.matchAll(/;\s*charset\s*=\s*"?([^";\s]*)/gi)].some(
    ([, name]) => !/^utf-?8$/i.test(name ?? ''),
  );

const escapeOfUnstorable = /\\u(0000|[dD][89a-fA-F])/;

/**
 * `JSON.stringify` escapes NUL and exactly the lone surrogates again (well-formed JSON.stringify, ECMAScript 2019), and
 * a backslash that is text by another one: `\\\\u0000` are six characters that anybody may write.
 */
function holdsUnstorable(value: unknown): boolean {
  try {
    return /\\u(0000|d[89a-f])/.test(JSON.stringify(value).replaceAll('\\\\', ''));
  } catch {
    // Nested so deeply that it cannot be written again: no schema has such a shape.
    return true;
  }
}
