import { errorTable, faultTable } from '@consulta/contracts';

/** `docs/errors.md`: every code a caller can meet, of a refusal and of a fault in a field. */
export function errorDocs(): string {
  const errors = Object.entries(errorTable).sort(([, a], [, b]) => a.status - b.status);
  return [
    '# Errors',
    '',
    'Generated from `packages/contracts/src/common/errors.ts` and `faults.ts` by `npm run docs`; a test holds it to them.',
    'Every refusal is `application/problem+json` (RFC 9457) with `type`, `title`, `status`, `detail`, `code` and, for bad',
    'input, `errors`: a JSON pointer, a `code` of the second table and a `message` per fault. Words are Portuguese, English',
    'with `Accept-Language: en`; `Content-Language` says which. Codes never change with the language.',
    '',
    '| status | code | português | English |',
    '| --- | --- | --- | --- |',
    ...errors.map(([code, { status, pt, en }]) => `| ${status} | \`${code}\` | ${pt} | ${en} |`),
    '',
    '## Faults in fields',
    '',
    '`{value}` stands for the limit that was passed, or for what is allowed.',
    '',
    '| code | português | English |',
    '| --- | --- | --- |',
    ...Object.entries(faultTable).map(([code, { pt, en }]) => `| \`${code}\` | ${pt} | ${en} |`),
    '',
  ].join('\n');
}
