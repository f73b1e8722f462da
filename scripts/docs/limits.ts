import { personalShares } from '@consulta/appointment';
import { connectionsPerNetworkMax, type DeployedRoute, networkPerMinute } from '@consulta/platform/http';

/** `docs/limits.md`: how much one caller may ask for, from the routes as they are deployed. */
export function limitDocs(routes: readonly DeployedRoute[]): string {
  const { uploads, downloads, waits, streams } = personalShares;
  const rows = routes
    .map(({ method, url, permission, perMinute }) => {
      const counted = permission === 'public' ? 'network' : 'person';
      return `| ${method} | \`${url}\` | ${perMinute} | ${counted} |`;
    })
    .sort((a, b) => (a.slice(a.indexOf('/')) < b.slice(b.indexOf('/')) ? -1 : 1));
  return [
    '# Limits',
    '',
    'Generated from the deployed routes by `npm run docs`; a test holds it to them. `RATE_LIMITS=off` lifts them.',
    '',
    'Requests are counted when they arrive, before a token is verified or a body is read, so what is refused counts too.',
    'Beyond a limit the answer is 429 `rate_limited` with `Retry-After`: the seconds until the minute ends. A network is',
    'one IPv4 address, or the first 64 bits of an IPv6 address.',
    '',
    `- One network may send ${networkPerMinute.toLocaleString('en')} requests a minute, whatever they ask for and whoever sends them: people behind one`,
    '  carrier share its address, and 200 a second is more than a few hundred of them need.',
    '- Then each route has its own limit, counted for each person who is signed in, wherever they are, so that neighbours',
    '  take nothing from each other. Where anyone may call, it is counted for the network.',
    '- A JSON body may be as long as the longest document that fits the schema of its route (at least 1 KiB, some KiB',
    '  for most, 123 KiB for a medical report); beyond that the answer is 413 and the body is not read.',
    '',
    'What a client could hold for ever has an end, whatever `RATE_LIMITS` says:',
    '',
    '- The head of a request is here within 10 s, a JSON body within 30 s: else 408 `request_timeout`, and the connection',
    '  is closed.',
    '- Files are sent and answers are read at 4 KiB/s at least, which a phone on 3G keeps up where reception is bad;',
    '  standing still for 30 s is forgiven. Else the upload is 408, and the connection is closed.',
    '- A process holds as many connections as its limit of open files allows, less 1,000 for everything else. Further ones',
    '  are closed as soon as they are made.',
    '',
    'And what a process has only so much of has a share, which `RATE_LIMITS=off` lifts:',
    '',
    `- connections: ${connectionsPerNetworkMax.toLocaleString('en')} of one network;`,
    `- files being sent: ${uploads} of one person, files being read: ${downloads} (else 429);`,
    `- requests that wait for their decision: ${waits} of one person (a further one is answered at once);`,
    `- event streams: ${streams} of one person (a further one ends the oldest).`,
    '',
    '| method | route | a minute | for each |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
