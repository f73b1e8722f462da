import { errorCodes, errorTable } from './common/errors.ts';

/** The parts of the API, in the order of its documents. */
export const apiTags = {
  accounts: 'Registering, signing in, and what people do with their own account.',
  doctors: 'Finding doctors and reading their profiles.',
  schedules: "A doctor's schedules, the slots made from them, and how bookings are taken.",
  appointments: 'Asking for appointments and what becomes of them.',
  files: 'Medical files of a patient, and the doctors who may read them.',
  'medical reports': 'Reports that doctors issue: never altered, corrected by new versions.',
  feedback: 'What patients say of concluded appointments, and the reviews made of it.',
  people: 'Whom one knows from appointments, figures of a practice, and who read what.',
  administration: 'Verifying and suspending doctors.',
  operations: 'Whether the server is well, and this description.',
} as const;
export type ApiTag = keyof typeof apiTags;

const codes = errorCodes
  .map((code) => ({ code, ...errorTable[code] }))
  .sort((a, b) => a.status - b.status)
  .map(({ code, status, en }) => `${status}|\`${code}\`|${en}`);

/** What a reader must know before any single route: the beginning of the API's documents, in Markdown. */
export const apiGuide = `Patients find a doctor and book, doctors publish schedules and confirm.

## Signing in

\`POST /api/v1/users\` makes an account, \`POST /api/v1/auth/login\` answers an \`accessToken\` (10 minutes) and a
\`refreshToken\`. Send \`Authorization: Bearer <accessToken>\`; before it ends, exchange the refresh token at
\`POST /api/v1/auth/refresh\` for new ones. A refresh token serves once: one that comes again ends its session. Browsers
send \`X-Token-Transport: cookie\` and get the refresh token in a cookie that scripts cannot read; there it may come again
within 20 s, once.

\`\`\`sh
curl -s http://localhost:8080/api/v1/auth/login -H 'content-type: application/json' \\
  -d '{"identifier":"ana.souza@example.com","password":"girassol-amarelo-42"}'
\`\`\`

## Values

JSON in camelCase, UTF-8; unknown fields are refused. Ids are UUIDs, instants RFC 3339 in UTC, dates \`YYYY-MM-DD\`, local
times \`HH:mm\`, zones IANA names. Money is an integer of centavos. CPF, phone and postal code travel as digits.

## Pages

Lists take \`limit\` (1 to 100, 20 unless said) and \`cursor\`, and answer \`items\` and \`nextCursor\`: send it as
\`cursor\` for the next page; on the last one it is null.

## Idempotency

Every POST that changes something, \`/auth\` aside, honours \`Idempotency-Key\` for 24 hours: the same key with the same body
(its members in any order) gets the first answer's status and \`Location\`, with the resource as it is now, and does nothing
twice; 410 when the resource is gone, 422 with another body. Asking for
an appointment and rescheduling answer a repeat as its own \`Prefer\` asks; a repeated registration answers the id alone.

## Versions

An \`ETag\` names the version that was read. Sent back in \`If-Match\` with a change, it makes sure that nobody changed the
thing in between: else the answer is 412.

## Limits

Each operation says how often a minute one person may call it (one network, where no token is needed); \`RateLimit\` and \`RateLimit-Policy\` tell what is left. Beyond
it the answer is 429, and \`Retry-After\` says how many seconds to wait. Bodies are at most as long as their schema
allows.

## Refusals

Every refusal is \`application/problem+json\` (RFC 9457). \`code\` is stable and is what programs look at, \`detail\` says
what to change, and for bad input \`errors\` names each fault by a JSON pointer and a \`code\` of its own. Words are
Portuguese, English with \`Accept-Language: en\`. Each operation lists the codes it can answer; 500 is a defect of ours,
and in none of the lists. All of them:

status|code|meaning
---|---|---
${codes.join('\n')}
`;
