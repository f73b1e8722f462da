import { errorTable } from '@consulta/contracts';

/** `docs/errors.md`: every code a caller can meet. */
export function errorDocs(): string {
  const rows = Object.entries(errorTable).sort(([, a], [, b]) => a.status - b.status);
  return [
    '# Errors',
    '',
    'Generated from `packages/contracts/src/common/errors.ts` by `npm run docs`; a test holds it to them. Every refusal is',
    '`application/problem+json` (RFC 9457) with `type`, `title`, `status`, `detail`, `code` and, for bad input, `errors`',
    '(a JSON pointer and a message per fault).',
    '',
    '| status | code | meaning |',
    '| --- | --- | --- |',
    ...rows.map(([code, { status, title }]) => `| ${status} | \`${code}\` | ${title} |`),
    '',
  ].join('\n');
}
