import { type ProblemError, problem, problemBody } from '@consulta/platform/problems';

/**
 * What the gateway answers by itself, by the status HAProxy gives it. A replica that broke off or kept silent (502, 504)
 * is a 503 to its caller: whether it did what it was asked is not known, only that asking again may help.
 * What is no HTTP, or does not come (400, 408), HAProxy 2.6 refuses in words of its own, before it looks at these.
 */
const refusals: Record<number, ProblemError> = {
  421: problem('misdirected'),
  502: problem('unavailable'),
  503: problem('unavailable'),
  504: problem('unavailable'),
};

/** HAProxy's word for a language, as `language(pt;en)` answers it. */
const languages = [
  { word: 'pt', tag: 'pt-BR' },
  { word: 'en', tag: 'en' },
] as const;

/** The lines of a map from status and language to a problem's body, and from a language to its tag. */
export function refusalLines(): string[] {
  const bodies = Object.entries(refusals).flatMap(([status, refusal]) =>
    languages.map(({ word }) => `${status}-${word} ${JSON.stringify(problemBody(refusal, word))}`),
  );
  return [...bodies, ...languages.map(({ word, tag }) => `language-${word} ${tag}`)];
}

/** HAProxy's directives for what it refuses of requests it has read. */
export function refusalDirectives(map: string): string[] {
  const mapped = (what: string) => `%[str(${what}-),concat(,txn.language),map_str(${map})]`;
  return Object.entries(refusals).map(([status, { retryAfterSeconds }]) =>
    [
      `http-error status ${status} content-type application/problem+json lf-string "${mapped(status)}"`,
      `hdr Content-Language "${mapped('language')}"`,
      'hdr Vary Accept-Language hdr Cache-Control no-store hdr X-Content-Type-Options nosniff',
      ...(retryAfterSeconds === undefined ? [] : [`hdr Retry-After ${retryAfterSeconds}`]),
    ].join(' '),
  );
}
