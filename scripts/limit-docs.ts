import { type DeployedRoute, networkPerMinute } from '@consulta/platform';

/** `docs/limits.md`: how much one caller may ask for, from the routes as they are deployed. */
export function limitDocs(routes: readonly DeployedRoute[]): string {
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
    '| method | route | a minute | for each |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
