import { join } from 'node:path';
import type { Owner } from './owners.ts';
import { refusalDirectives, refusalLines } from './refusals.ts';

/** A process that HAProxy hands requests to; `port` is where it listens, on loopback. */
export type Target = { name: string; port: number };

/** The replicas of one service, reached by their public ports or, for other services, by their internal ones. */
export type Pool = { name: string; targets: Target[] };

export type Gateway = {
  /** Where the files lie that HAProxy reads. */
  folder: string;
  /** Where people come in, as HAProxy writes addresses: `127.0.0.1:8080`, `[::1]:8080`. */
  binds: string[];
  /** Whether only this machine comes in; then what is addressed to another name is refused. */
  loopback: boolean;
  /** A file with certificate and key, for HTTPS. */
  certificate: string | undefined;
  /** Networks of proxies that say truly whom they speak for. */
  trustedProxies: string[];
  owners: Owner[];
  /** Who answers what nobody owns. */
  fallback: string;
  /** The services that people reach. */
  pools: Pool[];
  /** The services that services reach, each at a port of its own. */
  internal: (Pool & { port: number })[];
  /** The port of who answers for the whole: health, and bodies that are too large or find nobody. */
  overseerPort: number;
};

/** A request's body at most, in bytes; what comes in chunks the services count. */
export const requestBytesMax = 10_000_000;

/** A body up to here has come whole when its request is looked at. */
const requestBytesAtOnce = 8_000;

export const haproxyFiles = ({ folder }: Pick<Gateway, 'folder'>) => ({
  configuration: join(folder, 'haproxy.cfg'),
  owners: join(folder, 'owners.map'),
  refusals: join(folder, 'refusals.map'),
});

/** What HAProxy reads, by file: its configuration, whose each path is, and what it answers by itself. */
export function haproxyTexts(gateway: Gateway): Record<string, string> {
  const files = haproxyFiles(gateway);
  return {
    [files.configuration]: configuration(gateway, files),
    [files.owners]: lines(gateway.owners.map(({ pattern, service }) => `${pattern} ${service}`)),
    [files.refusals]: lines(refusalLines()),
  };
}

const lines = (all: string[]) => `${all.join('\n')}\n`;

type Files = ReturnType<typeof haproxyFiles>;

const configuration = (gateway: Gateway, files: Files) =>
  lines([
    ...defaults(files),
    ...publicFrontend(gateway, files),
    ...ownersFrontend(gateway, files),
    ...gateway.pools.flatMap(({ name, targets }) => backend(name, targets)),
    'backend overseer',
    `  server overseer 127.0.0.1:${gateway.overseerPort}`,
    ...gateway.internal.flatMap(({ name, port, targets }) => [
      `frontend ${name}_internal`,
      `  bind 127.0.0.1:${port}`,
      `  default_backend ${name}_internal`,
      ...backend(`${name}_internal`, targets),
    ]),
  ]);

/**
 * A request is sent again only where no connection came about: a repeated refresh, to name one, would end its session.
 * Streams are silent for 20 s at most (heartbeats), uploads for 30 s.
 */
const defaults = (files: Files) => [
  'global',
  // For whoever wants to see what it knows: echo show stat | socat stdio DATA_DIR/gateway/admin.sock
  '  stats socket unix@admin.sock mode 600 level operator',
  '  hard-stop-after 5s',
  'defaults',
  '  mode http',
  '  timeout connect 500ms',
  '  timeout check 1s',
  '  timeout queue 1s',
  '  timeout client 60s',
  '  timeout server 60s',
  '  timeout http-request 10s',
  '  timeout http-keep-alive 75s',
  '  retries 3',
  '  retry-on conn-failure',
  '  option redispatch 1',
  '  option http-no-delay',
  '  balance leastconn',
  '  http-reuse always',
  ...refusalDirectives(files.refusals).map((directive) => `  ${directive}`),
];

function publicFrontend(
  { binds, certificate, loopback, trustedProxies, fallback, pools }: Gateway,
  { owners }: Files,
): string[] {
  const tls = certificate === undefined ? '' : ` ssl crt ${certificate} alpn http/1.1`;
  const fromProxy = trustedProxies.length > 0 ? `{ src ${trustedProxies.join(' ')} }` : undefined;
  return [
    'frontend people',
    ...binds.map((bind) => `  bind ${bind}${tls}`),
    ...languageAsked,
    ...whereFrom(fromProxy).map((rule) => `  http-request ${rule}`),
    '  http-request set-var(txn.https) bool(true) if { req.hdr(x-forwarded-proto) https }',
    ...(loopback
      ? [
          '  acl at_home hdr(host),regsub(:[0-9]*$,) -m reg -i ^(localhost|127(\\.[0-9]{1,3}){3}|\\[?::1\\]?)$',
          '  http-request deny deny_status 421 if { hdr(host) -m found } !at_home',
        ]
      : []),
    '  http-after-response set-header Strict-Transport-Security max-age=63072000 if { var(txn.https) -m bool }',
    `  use_backend overseer if { req.hdr(content-length) -m int gt ${requestBytesMax} } or { path /health/live /health/ready }`,
    '  http-after-response set-status 503 if { status 502 504 }',
    `  acl comes_late req.hdr(content-length) -m int gt ${requestBytesAtOnce}`,
    '  acl comes_late req.hdr(transfer-encoding) -m found',
    `  http-request set-var(txn.owner) path,map_reg(${owners},${fallback})`,
    // Nor would who sends it read what HAProxy says by itself where nobody is there.
    ...pools.map(
      ({ name }) =>
        `  use_backend overseer if comes_late { var(txn.owner) -m str ${name} } { nbsrv(${name}) 0 }`,
    ),
    '  use_backend %[var(txn.owner)] if comes_late',
    '  default_backend owners',
    'backend owners',
    '  option http-server-close',
    `  server owners unix@${betweenSocket}`,
  ];
}

const languageAsked = [
  '  http-request set-var(txn.language) str(pt)',
  '  http-request set-var(txn.language) req.hdr(accept-language),language(pt;en,pt)',
];

/** Relative to the folder that HAProxy runs in, since such names must be short. */
const betweenSocket = 'owners.sock';

/**
 * The second half: whose is it? What reaches this comes in a connection of its own each. Where a replica breaks off,
 * HAProxy answers the first request of a connection and closes the connection of a later one without a word, for its
 * sender to repeat; here every request is a first one, and its sender gets an answer.
 *
 * What may still be coming in when it is refused does not pass through here but goes straight to its owner: HAProxy would
 * close its connection with the rest unread, and its sender would not read why.
 */
const ownersFrontend = ({ fallback }: Gateway, { owners }: Files) => [
  'frontend owners',
  `  bind unix@${betweenSocket} mode 600`,
  ...languageAsked,
  '  http-after-response set-status 503 if { status 502 504 }',
  `  use_backend %[path,map_reg(${owners},${fallback})]`,
];

/** Nobody but a trusted proxy says where a request comes from, and how it came. */
const whereFrom = (fromProxy = '{ always_false }') => [
  `set-header X-Forwarded-For %[src] unless ${fromProxy}`,
  `add-header X-Forwarded-For %[src] if ${fromProxy}`,
  `set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)] unless ${fromProxy}`,
  'del-header X-Forwarded-Host',
  'del-header X-Forwarded-Port',
  'del-header Forwarded',
];

/**
 * Replicas are asked three times a second whether they are ready. One that says no, as where it drains, gets nothing more
 * (`L7OKC`) and is left what it has in hand, open streams among it. One that does not answer twice is down: it may stand
 * still, and who waits for it is told to come again.
 */
const backend = (name: string, targets: Target[]) => [
  `backend ${name}`,
  '  option httpchk',
  '  http-check send meth GET uri /health/ready hdr Host localhost',
  '  http-check expect error-status L7OKC status 200',
  '  default-server check inter 300ms fall 2 rise 1 on-marked-down shutdown-sessions',
  ...targets.map((target) => `  server ${target.name} 127.0.0.1:${target.port}`),
];
