import type { RouteSchema } from '../http/declaration.ts';

type Json = Record<string, unknown>;

/** The standard request headers that a route honours, as OpenAPI parameters. */
export const headerParameters = ({
  creates,
  keyed,
  waits,
  versioned,
  ranges,
  resumes,
  response = {},
}: RouteSchema): Parameter[] => [
  ...(creates || keyed
    ? [parameter('Idempotency-Key', 'Same key and body, done once, for 24 hours', 'pedido-2031-0001')]
    : []),
  ...(waits
    ? [parameter('Prefer', '`wait=N`: wait up to N seconds (10 at most) for the decision', 'wait=10')]
    : []),
  ...(versioned
    ? [parameter('If-Match', 'The version (ETag or quoted revision) the change is based on', '"1"')]
    : []),
  ...(ranges
    ? [
        parameter('Range', 'A range of bytes', 'bytes=0-1023'),
        parameter('If-Range', 'The ETag of the content the range is of', `"${'0'.repeat(64)}"`),
      ]
    : []),
  ...('304' in response ? [parameter('If-None-Match', 'The ETag of the answer already known', '"1"')] : []),
  ...(resumes ? [parameter('Last-Event-ID', 'Resume after this event', '42')] : []),
];

type Parameter = Json & { name: string };

const parameter = (name: string, description: string, example: string): Parameter => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
  example,
});

/** The headers of a success; a cookie only comes when it is asked for. */
export function successHeaders(schema: RouteSchema, status: string): Record<string, Json> | undefined {
  const { creates, waits, tagged, ranges, download, cookies } = schema;
  if (status === '304') return { ETag: tag };
  const headers = {
    ...(creates ? { Location: locationOf(creates, true) } : {}),
    ...(waits ? { 'Preference-Applied': preferred } : {}),
    ...(tagged && status !== '204' ? { ETag: tag } : {}),
    ...(ranges ? { 'Accept-Ranges': header('Ranges can be asked for', 'bytes') } : {}),
    ...(status === '206' ? { 'Content-Range': header('Which bytes these are', 'bytes 0-1023/34567') } : {}),
    ...(download
      ? { 'Content-Disposition': header('Always a download', 'attachment; filename="exame.pdf"') }
      : {}),
    ...(cookies ? { 'Set-Cookie': cookie } : {}),
  };
  return Object.keys(headers).length > 0 ? headers : undefined;
}

/** The headers of a refusal. A request that was taken and then rejected can be read like any other. */
export function refusalHeaders(
  { waits, creates, cookies }: RouteSchema,
  status: number,
): Record<string, Json> | undefined {
  if (status === 401) return { ...challenge, ...(cookies ? { 'Set-Cookie': cookie } : {}) };
  if (status === 409 && waits && creates)
    return { Location: locationOf(creates, false), 'Preference-Applied': preferred };
  if (status === 416) return { 'Content-Range': header('How long the content is', 'bytes */34567') };
  if (status === 429 || status === 503) return { 'Retry-After': header('Seconds to wait', 1) };
  return undefined;
}

const header = (description: string, example: string | number, required = true) => ({
  description,
  required,
  schema: { type: typeof example === 'number' ? 'integer' : 'string' },
  example,
});

const tag = header('The version answered, for If-Match', '"1"');
const challenge = {
  'WWW-Authenticate': header('RFC 6750', 'Bearer realm="consulta", error="invalid_token"'),
};
const preferred = header('The wait that was honoured', 'wait=10', false);
const cookie = header('With `X-Token-Transport: cookie`', '__Host-refresh=…; HttpOnly', false);
const someId = '0193b7a4-5c00-7000-8000-000000000000';
const locationOf = (path: string, required: boolean) =>
  header('Where to read it', path.replaceAll(/:\w+/g, someId), required);
