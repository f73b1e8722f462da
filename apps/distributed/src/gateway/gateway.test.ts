import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, freePort } from '@consulta/platform/process';
import { type Stub, stubService } from '../../testing/stub-service.ts';
import { startOverseer } from '../overseer.ts';
import { keepUp } from '../processes/keep-up.ts';
import { findProgram } from '../processes/programs.ts';
import { bindsOf } from './entrance.ts';
import type { Gateway } from './haproxy.ts';
import { ownersOf } from './owners.ts';
import routes from './routes.json' with { type: 'json' };
import { gatewayProgram } from './start.ts';

/* The real HAProxy, by the configuration that is made for it, before small servers in place of the replicas. */

const haproxy = findProgram('haproxy') ?? '';
const here = { skip: haproxy === '' && 'Debian’s haproxy is not installed here' };
const log = createLog('silent');
const ends: (() => unknown)[] = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

type Around = { url: string; port: number; stubs: Record<'user' | 'schedule' | 'appointment', Stub[]> };

/** A gateway before two stubs for each service. */
async function gatewayBefore(
  change: Partial<Gateway> = {},
  answer?: Parameters<typeof stubService>[1],
): Promise<Around> {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-gateway-'));
  ends.push(() => rm(folder, { recursive: true }));
  const two = async (name: string) => {
    const pair = [await stubService(`${name}-1`, answer), await stubService(`${name}-2`, answer)];
    for (const stub of pair) ends.push(() => stub.stop());
    return pair;
  };
  const stubs = {
    user: await two('user'),
    schedule: await two('schedule'),
    appointment: await two('appointment'),
  };
  const overseer = await startOverseer({ replicas: [], log });
  ends.push(overseer.stop);
  const port = await freePort();
  const program = await gatewayProgram(haproxy, {
    ...{ folder, binds: bindsOf('localhost', port), loopback: true, certificate: undefined },
    ...{ trustedProxies: [], owners: ownersOf(routes), fallback: 'user', overseerPort: overseer.port },
    pools: Object.entries(stubs).map(([name, targets]) => ({ name, targets })),
    internal: [{ name: 'user', port: await freePort(), targets: stubs.user }],
    ...change,
  });
  const kept = keepUp(program, { log });
  ends.push(() => kept.stop('SIGTERM', 2_000));
  const url = `http://127.0.0.1:${port}`;
  if (!change.certificate) await until(async () => (await fetch(url)).status > 0);
  return { url, port, stubs };
}

/** Waits for a state; a minute is far beyond what anything here takes. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 60_000;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > deadlineMs) throw new Error('it did not come to that');
    await sleep(20);
  }
}

type Echo = { name: string; method: string; url: string; headers: Record<string, string> };
type Options = RequestInit & { headers?: Record<string, string> };

const echo = async (url: string, options: Options = {}) => (await (await fetch(url, options)).json()) as Echo;

/** Sends a request whose `Host` is chosen, and answers status and body. */
const askAs = (port: number, host: string) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path: '/', setHost: false }, (response) => {
      response.setEncoding('utf8');
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.setHeader('host', host);
    request.once('error', reject).end();
  });

test('each path reaches a replica of its owner, and both replicas have their share', here, async () => {
  const { url, stubs } = await gatewayBefore();
  for (const { path, service } of routes) {
    const { name, url: asked } = await echo(`${url}${path.replaceAll(/:\w+/g, 'x')}?limit=1`);
    assert.equal(name.replace(/-\d$/, ''), service, path);
    assert.match(asked, /\?limit=1$/);
  }
  for (const stub of Object.values(stubs).flat())
    assert.ok(stub.seen.length > 0, `${stub.name} was never asked`);
  assert.match((await echo(`${url}/nowhere`)).name, /^user-/);
});

test('nobody says where they come from: what says so is replaced', here, async () => {
  const { url } = await gatewayBefore();
  const forged = {
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'example.com',
    forwarded: 'for=203.0.113.9',
  };
  const { headers } = await echo(url, { headers: forged });
  assert.equal(headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(headers['x-forwarded-proto'], 'http');
  assert.equal(headers['x-forwarded-host'], undefined);
  assert.equal(headers.forwarded, undefined);
});

test(
  'a trusted proxy says it, and is named as the last it came by; HTTPS before it counts',
  here,
  async () => {
    const { url } = await gatewayBefore({ trustedProxies: ['127.0.0.0/8'], loopback: false });
    const said = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' };
    const response = await fetch(url, { headers: said });
    assert.equal(response.headers.get('strict-transport-security'), 'max-age=63072000');
    const { headers } = (await response.json()) as Echo;
    assert.equal(headers['x-forwarded-for'], '203.0.113.9, 127.0.0.1');
    assert.equal(headers['x-forwarded-proto'], 'https');
  },
);

test('on loopback, what is addressed to another name is refused', here, async () => {
  const { port, stubs } = await gatewayBefore();
  for (const host of ['localhost', `LOCALHOST:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, '127.1.2.3']) {
    assert.equal((await askAs(port, host)).status, 200, host);
  }
  const asked = stubs.user.flatMap(({ seen }) => seen).length;
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    `x127.0.0.1:${port}`,
    '',
  ]) {
    const { status, body } = await askAs(port, host);
    assert.equal(status, 421, host);
    assert.equal(JSON.parse(body).code, 'misdirected');
  }
  assert.equal(stubs.user.flatMap(({ seen }) => seen).length, asked);
});

test('what is too large is refused, and its sender reads the answer', here, async () => {
  const { url, stubs } = await gatewayBefore();
  const body = Buffer.alloc(11_000_000);
  for (let round = 0; round < 20; round += 1) {
    const response = await fetch(`${url}/api/v1/appointments/1/files`, { method: 'POST', body });
    assert.equal(response.status, 413);
    assert.equal(response.headers.get('content-type')?.split(';')[0], 'application/problem+json');
    assert.equal(((await response.json()) as { code: string }).code, 'payload_too_large');
  }
  const fits = await fetch(`${url}/api/v1/files`, { method: 'POST', body: body.subarray(0, 10_000_000) });
  assert.equal(fits.status, 200);
  const reached = Object.values(stubs).flatMap((pair) => pair.flatMap(({ seen }) => seen));
  assert.ok(reached.every(({ headers }) => Number(headers['content-length'] ?? 0) <= 10_000_000));
});

test(
  'where nobody is there to answer, the gateway says so at once in the reader’s language',
  here,
  async () => {
    const { url, stubs } = await gatewayBefore();
    for (const stub of stubs.schedule) await stub.stop();
    const path = `${url}/api/v1/schedules`;
    await until(async () => (await fetch(path)).status === 503);
    const read = async (language?: string) => {
      const response = await fetch(path, language ? { headers: { 'accept-language': language } } : {});
      assert.equal(response.status, 503);
      assert.equal(response.headers.get('retry-after'), '1');
      assert.equal(response.headers.get('content-type'), 'application/problem+json');
      assert.equal(response.headers.get('vary'), 'Accept-Language');
      const { code, status, title } = (await response.json()) as Record<string, unknown>;
      assert.deepEqual({ code, status }, { code: 'unavailable', status: 503 });
      return { language: response.headers.get('content-language'), title };
    };
    const [portuguese, english] = [await read('pt-BR'), await read('en-GB,en;q=0.9')];
    assert.equal(portuguese.language, 'pt-BR');
    assert.equal(english.language, 'en');
    assert.notEqual(portuguese.title, english.title);
    assert.deepEqual(await read('fr'), portuguese);
    assert.equal((await fetch(`${url}/api/v1/users/me`)).status, 200);
  },
);

test('who is refused while they still send reads the answer', here, async () => {
  const { url, stubs } = await gatewayBefore({}, (request, response) => {
    if (request.method !== 'POST') return false;
    response.writeHead(503, { 'retry-after': '1' }).end('{}');
    request.resume();
    return true;
  });
  const body = Buffer.alloc(5_000_000);
  for (let round = 0; round < 20; round += 1) {
    await echo(`${url}/api/v1/files`);
    const response = await fetch(`${url}/api/v1/appointments/1/files`, { method: 'POST', body });
    assert.equal(response.status, 503);
    await response.text();
  }
  const posted = stubs.appointment.flatMap(({ seen }) => seen).filter(({ method }) => method === 'POST');
  assert.equal(posted.length, 20);
});

test('who sends a large body where nobody is ready reads so', here, async () => {
  const { url, stubs } = await gatewayBefore();
  for (const stub of stubs.appointment) stub.ready = false;
  await until(async () => (await fetch(`${url}/api/v1/files`)).status === 503);
  const body = Buffer.alloc(5_000_000);
  for (let round = 0; round < 20; round += 1) {
    const response = await fetch(`${url}/api/v1/appointments/1/files`, { method: 'POST', body });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), '1');
    assert.equal(((await response.json()) as { code: string }).code, 'unavailable');
  }
});

test('what breaks off under way is a 503, and is never sent again', here, async () => {
  const { url, stubs } = await gatewayBefore({}, (request) => {
    const breaks = request.method === 'POST';
    if (breaks) request.socket.destroy();
    return breaks;
  });
  // Whether the connection, and the gateway's to the replica, are new or have been used before.
  for (let round = 1; round <= 20; round += 1) {
    await echo(`${url}/api/v1/users/me`);
    const response = await fetch(`${url}/api/v1/auth/refresh`, { method: 'POST', body: '{}' });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), '1');
    assert.equal(((await response.json()) as { status: number }).status, 503);
    const posted = stubs.user.flatMap(({ seen }) => seen).filter(({ method }) => method === 'POST');
    assert.equal(posted.length, round);
  }
});

test(
  'a replica that went away costs nobody anything: where no connection comes about, the other is asked',
  here,
  async () => {
    const { url, stubs } = await gatewayBefore();
    await stubs.user[0]?.stop();
    for (let round = 0; round < 40; round += 1) {
      assert.equal((await echo(`${url}/api/v1/auth/login`, { method: 'POST', body: '{}' })).name, 'user-2');
    }
  },
);

test('a replica that drains gets nothing more, and keeps the streams it has', here, async () => {
  const streams = new Set<ServerResponse>();
  const { url, stubs } = await gatewayBefore({}, (request, response) => {
    if (!request.url?.endsWith('/events')) return false;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: open\n\n');
    streams.add(response);
    return true;
  });
  const response = await fetch(`${url}/api/v1/events`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader?.read())?.value, 'data: open\n\n');
  const draining = stubs.appointment.find(({ seen }) => seen.some(({ url }) => url.endsWith('/events')));
  assert.ok(draining);
  draining.ready = false;
  const other = stubs.appointment.find((stub) => stub !== draining);
  await until(async () => {
    const names = await Promise.all(Array.from({ length: 8 }, () => echo(`${url}/api/v1/files`)));
    return names.every(({ name }) => name === other?.name);
  });
  // Each event arrives when it is sent, and is not kept until there are more.
  for (const text of ['data: one\n\n', 'data: two\n\n']) {
    for (const stream of streams) stream.write(text);
    assert.equal((await reader?.read())?.value, text);
  }
  await reader?.cancel();
});

test('who waits for a replica that stands still is told to come again', here, async () => {
  const { url, stubs } = await gatewayBefore({}, ({ method }) => method === 'POST');
  const waiting = fetch(`${url}/api/v1/appointments`, { method: 'POST', body: '{}' });
  await until(async () => stubs.appointment.some(({ seen }) => seen.length > 0));
  for (const stub of stubs.appointment) stub.isFrozen = stub.seen.length > 0;
  const { status, headers } = await waiting;
  assert.equal(status, 503);
  assert.equal(headers.get('retry-after'), '1');
  for (let round = 0; round < 20; round += 1) await echo(`${url}/api/v1/appointments`);
});

test('what is no HTTP is refused, and reaches no replica', here, async () => {
  const { port, stubs } = await gatewayBefore();
  const asked = () => Object.values(stubs).flatMap((pair) => pair.flatMap(({ seen }) => seen)).length;
  const before = asked();
  for (const words of [
    'GARBAGE',
    'GET / HTTP/1.1\r\nbad header',
    'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2',
  ]) {
    const socket = connect(port, '127.0.0.1');
    socket.end(`${words}\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += chunk;
    assert.match(answer, /^HTTP\/1\.1 400 /);
  }
  assert.equal(asked(), before);
});

test('over HTTPS the certificate given is shown, and browsers are told to come by HTTPS only', {
  skip:
    here.skip || (!findProgram('openssl') && 'openssl, which makes the certificate, is not installed here'),
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-certificate-'));
  ends.push(() => rm(folder, { recursive: true }));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'entrance.pem')];
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '1'];
  execFileSync('openssl', [...make, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  await writeFile(certificate, (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8')));
  await chmod(certificate, 0o600);
  const { port } = await gatewayBefore({ certificate, loopback: false });
  const ask = () =>
    new Promise<{ secure: string | undefined; headers: Echo['headers'] }>((resolve, reject) => {
      const asked = httpsRequest(
        { host: '127.0.0.1', port, path: '/', rejectUnauthorized: false },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk) => {
            body += chunk;
          });
          const secure = response.headers['strict-transport-security'];
          response.on('end', () => resolve({ secure, headers: JSON.parse(body).headers }));
        },
      );
      asked.once('error', reject).end();
    });
  let answered: Awaited<ReturnType<typeof ask>> | undefined;
  await until(async () => {
    answered = await ask();
    return true;
  });
  assert.equal(answered?.secure, 'max-age=63072000');
  assert.equal(answered?.headers['x-forwarded-proto'], 'https');
});
